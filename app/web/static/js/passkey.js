// form[data-passkey] asks the server what to sign, lets the device sign it, and sends the answer as an ordinary form.
// data-passkey is "get" or "create"; data-passkey-ask is the address that says what to sign. Without script, or where
// the browser knows no passkeys, the form stays hidden and other ways remain.

const REFUSED = "The device gave no passkey. Try again, or use another way.";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const described = (list) => (list ?? []).map((entry) => ({ ...entry, id: bytes(entry.id) }));

function asked(options) {
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) ready.excludeCredentials = described(options.excludeCredentials);
  if (options.allowCredentials) ready.allowCredentials = described(options.allowCredentials);
  return ready;
}

function answered(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) said.attestationObject = text(response.attestationObject);
  if (response.authenticatorData) said.authenticatorData = text(response.authenticatorData);
  if (response.signature) said.signature = text(response.signature);
  if (response.userHandle) said.userHandle = text(response.userHandle);
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: said });
}

async function sign(form) {
  const headers = { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value };
  const reply = await fetch(form.dataset.passkeyAsk, { method: "POST", headers, credentials: "same-origin" });
  const said = await reply.json();
  if (!reply.ok) throw new Error(said.detail);
  const publicKey = asked(said);
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey })
    : navigator.credentials.get({ publicKey });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const status = form.querySelector("[data-passkey-status]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    status.textContent = "Waiting for your device.";
    try {
      form.elements.answer.value = answered(await sign(form));
      form.submit();
    } catch (error) {
      status.textContent = error instanceof DOMException ? REFUSED : error.message || REFUSED;
    }
  });
}
