// Who looks at the console. The tenant is that of the login; who sees every tenant's records names one in each question.

import type { You } from "./documents.js";
import { own } from "../settings.js";

const EVERY_TENANT = "*";
const DEFAULT_TENANT = "default";

class Visitor {
  #you: You | null = null;

  /** Takes note of who it is, as the application says. */
  know(you: You): void {
    this.#you = you;
  }

  get you(): You | null {
    return this.#you;
  }

  get name(): string {
    return this.#you?.name ?? "";
  }

  /** Whether they have a role, by itself or within another. */
  may(role: string): boolean {
    return this.#you?.roles.includes(role) ?? false;
  }

  get seesEveryTenant(): boolean {
    return this.#you?.tenant === EVERY_TENANT;
  }

  /** The tenant that lists and the review are about. */
  get tenant(): string {
    return this.seesEveryTenant ? own.get("tenant") || DEFAULT_TENANT : this.#you?.tenant ?? "";
  }

  /** What a question about something of a tenant has to say. */
  of(tenant: string = this.tenant): { tenant?: string } {
    return this.seesEveryTenant ? { tenant } : {};
  }
}

export const visitor = new Visitor();
