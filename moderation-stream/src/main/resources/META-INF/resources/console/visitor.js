// Who looks at the console. The tenant is that of the login; who sees every tenant's records names one in each question.

let told;
const visitor = new Promise((resolve) => {
  told = resolve;
});

/** Takes note of who it is, as the application says. */
export function know(you) {
  told(you);
}

/** The address of a question about something of a tenant. */
export async function address(path, tenant) {
  const { tenant: sees } = await visitor;
  return sees === "*" ? `${path}?tenant=${encodeURIComponent(tenant)}` : path;
}
