import { Problem, onSignedOut } from "./api";
import { current, signInFromAddress } from "./session/session";
import { signInView } from "./session/signInView";
import { shell } from "./shell";
import { applyTheme } from "./theme";

const root = document.getElementById("app") as HTMLElement;
let takeDown: (() => void) | undefined;

applyTheme();
onSignedOut(() => void start());
addEventListener("hashchange", () => location.hash.startsWith("#login=") && void start());
await start();

/** Shows the console to who has a session and the way to one to who has none. */
async function start(): Promise<void> {
  takeDown?.();
  takeDown = undefined;
  let refused: Problem | undefined;
  try {
    await signInFromAddress();
  } catch (error) {
    refused = error instanceof Problem ? error : Problem.unreachable();
  }
  try {
    await current();
    takeDown = shell(root, () => void start());
  } catch (error) {
    root.replaceChildren(signInView(refused ?? (error instanceof Problem ? error : Problem.unreachable()), () => void start()));
  }
}
