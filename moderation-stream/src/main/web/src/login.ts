// Logs a built-in user in, and goes on to where they wanted.

function found<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

const trouble = found("trouble");
const password = found<HTMLInputElement>("password");

found("login").addEventListener("submit", (event) => {
  event.preventDefault();
  void logIn();
});

async function logIn(): Promise<void> {
  trouble.hidden = true;
  const answer = await fetch("login", {
    method: "POST",
    body: new URLSearchParams({ j_username: found<HTMLInputElement>("name").value, j_password: password.value }),
  }).catch(() => null);
  if (answer?.ok) {
    location.assign(`./${location.hash}`);
    return;
  }
  trouble.textContent = answer === null ? "The application does not answer."
    : answer.status === 429 ? "Too many wrong passwords. Wait a minute, then try again."
      : "That name and password do not belong together.";
  trouble.hidden = false;
  password.value = "";
  password.focus();
}
