// Logs a built-in user in, and goes to the console.

const form = document.getElementById("login");
const trouble = document.getElementById("trouble");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  trouble.hidden = true;
  const password = document.getElementById("password");
  const answer = await fetch("login", {
    method: "POST",
    body: new URLSearchParams({ j_username: document.getElementById("name").value, j_password: password.value }),
  }).catch(() => null);
  if (answer?.ok) {
    location.assign("./");
    return;
  }
  trouble.textContent = answer === null ? "The application does not answer."
    : answer.status === 429 ? "Too many wrong passwords. Wait a minute, then try again."
      : "That name and password do not belong together.";
  trouble.hidden = false;
  password.value = "";
  password.focus();
});
