/**
 * PostgreSQL, which owns people's work: the queue, leases, decisions, notes, the casebook, the audit log. What enters
 * is the connection, the tables and the rule whose rows a transaction sees; what is in the rows belongs to the packages
 * above.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>HikariCP, Flyway and Jdbi by hand, not Quarkus's extensions.</b> With the extensions a database that is absent
 * or down at the start ends the start. Decisions by key do not need it, so {@link io.bulwark.stream.database.Database}
 * opens it on its own thread, tries again, and says through its message what is missing.
 *
 * <p><b>Two roles.</b> The owner makes the tables at the start ({@code bulwark.database.owner.*}); the application
 * works as a role that owns nothing. Row-level security does not bind owners, and who owns a table can drop the trigger
 * that keeps its rows from being changed.
 *
 * <p><b>A transaction belongs to one tenant.</b> {@link io.bulwark.stream.database.Database#inTenant} sets {@code
 * bulwark.tenant} for the transaction, and the policies of all tables show and take rows of that tenant only. A query
 * that forgets the tenant finds nothing of the others. Intake, outbox and the anchors work for all tenants through
 * {@link io.bulwark.stream.database.Database#acrossTenants}; nothing that answers a person may call it. The rule guards
 * against our own mistakes; a person who runs SQL as the application's role chooses the setting as well.
 *
 * <p><b>Lists have their own connections.</b> {@link io.bulwark.stream.database.Database#list} runs on a small pool
 * whose statements end after some seconds. A viewer who walks the whole casebook then takes no connection from
 * reviewers.
 *
 * <p><b>What takes long is done beside the work.</b> Flyway's steps are short; what copies or indexes rows of years is
 * a function of the owner that does one piece in one transaction, called by {@code LongMigration} until nothing is
 * left. The version before works meanwhile, so names, columns and functions that it uses stay. Partitions by day were
 * given up: the queue's questions name no time, so they locked and searched every day there was.
 *
 * <pre>{@code
 * long open = database.inTenant("default", handle ->
 *         handle.createQuery("SELECT count(*) FROM queue_item").mapTo(Long.class).one());
 * }</pre>
 */
package io.bulwark.stream.database;
