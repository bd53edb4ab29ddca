-- Who may name a server on this machine or in its networks is told apart from now on; what was connected before stays connected.
update lines set config = config || '{"byOperator": true}' where channel = 'evolution';
