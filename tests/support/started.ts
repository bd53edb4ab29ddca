/** The SDK gives the servers that it starts five seconds to listen: on a busy machine they get another try. */
export async function started<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}
