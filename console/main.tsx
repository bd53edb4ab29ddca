import { render } from 'preact';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/feedback.css';
import './styles/sign-in.css';
import './styles/shell.css';
import './styles/list.css';
import './styles/talk.css';
import './styles/transcript.css';
import './styles/pages.css';
import './styles/phone.css';

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no place for the console');
render(<App />, root);
