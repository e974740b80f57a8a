// Entry of the viewer's UI: the document's colours, then the app.
import { css } from 'lit';
import { documentTokens } from '../../../webui/kit/tokens';
import './app';

const page = css`
  html, body { height: 100%; margin: 0; background: var(--_bg); color: var(--_fg); }
  tv-app { height: 100%; }
`;
document.adoptedStyleSheets = [documentTokens.styleSheet!, page.styleSheet!];
