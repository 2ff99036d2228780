/**
 * {@code bulwark audit-log}: checks the audit logs of moderation-stream without trusting it. It reads what {@code GET
 * /api/v1/audit-log} exported, or the database itself, and compares with anchors kept elsewhere.
 */
package io.bulwark.cli.auditlog;
