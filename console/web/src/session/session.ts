import { poll, request } from "../api";

export interface Session {
  /** Who is signed in, as the console knows it. */
  name: string;
}

/** Exchanges the one-time token of the printed URL and takes it out of the address bar and the history. */
export async function signInFromAddress(): Promise<void> {
  const match = /^#login=(.+)$/.exec(location.hash);
  if (match?.[1] !== undefined) {
    history.replaceState(null, "", location.pathname);
    await signIn({ one_time: decodeURIComponent(match[1]) });
  }
}

export async function signIn(credential: { one_time: string } | { token: string }): Promise<void> {
  await request("/session", { method: "POST", body: JSON.stringify(credential) });
}

export const current = (): Promise<Session> => poll<Session>("/session");

export async function signOut(): Promise<void> {
  await request("/session", { method: "DELETE" });
}
