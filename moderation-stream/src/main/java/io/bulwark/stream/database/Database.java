package io.bulwark.stream.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.annotation.Nullable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementExceptions;

/**
 * The database of people's work. Its own thread opens it, makes the tables and, from then on, the partitions of the
 * months to come; {@link Migrations.LongMigration} brings large tables up to date beside it. Until it is open every
 * transaction fails with {@link UnavailableException}.
 *
 * <p>Thread-safe.
 */
public final class Database implements AutoCloseable {

    /** The tenant that is all tenants; no tenant has this name. */
    private static final String EVERY_TENANT = "*";

    private static final Logger LOG = Logger.getLogger(Database.class);
    private static final String NOT_CONFIGURED = "No database is configured, so there is no queue, no casebook and no"
            + " audit log. Set bulwark.database.url to a PostgreSQL; decisions by key need none.";
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration KEEP = Duration.ofHours(1);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration LIST_WAITS = Duration.ofSeconds(1);
    private static final String QUERY_CANCELED = "57014";
    private static final int DAYS_AHEAD = 35;

    private final Optional<DatabaseAddress> address;
    private final SqlLogger statements;
    private final CountDownLatch stopping = new CountDownLatch(1); // of the long migration
    private final BackgroundJob keeper = new BackgroundJob("database", RETRY, this::keep);
    private volatile String fault;
    private volatile HikariDataSource pool;
    private volatile HikariDataSource listPool;
    private volatile Jdbi jdbi;
    private volatile Jdbi lists;

    /**
     * @param address where it is; empty where none is configured, and then it stays unavailable
     * @param statements told of each statement
     */
    public Database(Optional<DatabaseAddress> address, SqlLogger statements) {
        this.address = address;
        this.statements = statements;
        this.fault = address.isEmpty() ? NOT_CONFIGURED : "The database is being opened.";
    }

    /** One that is open already, on connections that a test watches. */
    Database(Jdbi opened) {
        this(Optional.empty(), SqlLogger.NOP_SQL_LOGGER);
        this.jdbi = opened;
        this.lists = opened;
        this.fault = null;
    }

    /** Opens it in the background. */
    public void start() {
        if (address.isPresent()) {
            keeper.start();
        }
    }

    /** Whether there is a database to wait for. */
    public boolean isConfigured() {
        return address.isPresent();
    }

    /** Why there is no database now, as a sentence; empty while it is open. */
    public Optional<String> fault() {
        return Optional.ofNullable(fault);
    }

    /**
     * Runs one transaction that sees the rows of one tenant only.
     *
     * @param tenant whose
     * @param work what to do; an exception rolls back
     * @throws UnavailableException where there is no database now
     */
    public <T, X extends Exception> T inTenant(String tenant, HandleCallback<T, X> work) throws X {
        requireTenant(tenant);
        return transaction(tenant, work);
    }

    private static void requireTenant(String tenant) {
        if (tenant.isEmpty() || tenant.equals(EVERY_TENANT)) {
            throw new IllegalArgumentException("No tenant is called '" + tenant + "'.");
        }
    }

    /**
     * Runs one transaction that only reads, for a list or a sum over many rows. Lists have their own few connections
     * and an end, so that none of them keeps people from claiming and deciding.
     *
     * @param tenant whose rows it sees
     * @throws ProblemException where a statement takes longer than a list may, or all connections of lists are in use
     * @throws UnavailableException where there is no database now
     */
    public <T, X extends Exception> T list(String tenant, HandleCallback<T, X> work) throws X {
        requireTenant(tenant);
        try (Handle handle = open(lists)) {
            return transaction(handle, tenant, work);
        } catch (JdbiException refused) {
            if (refused.getCause() instanceof SQLException ended && QUERY_CANCELED.equals(ended.getSQLState())) {
                throw Problem.LIST_UNFINISHED.with(
                        "The list was not finished within "
                                + address.orElseThrow().lists().timeout().toMillis()
                                + " ms (bulwark.database.lists.timeout). Ask for less: a time, an uploader or one image.",
                        refused);
            }
            throw refused;
        } catch (UnavailableException busy) {
            if (busy.getCause() != null
                    && busy.getCause().getCause() instanceof SQLTransientConnectionException
                    && fault().isEmpty()
                    && isFull(listPool)) {
                throw Problem.LIST_UNFINISHED.with(
                        "All " + listPool.getMaximumPoolSize()
                                + " connections for lists are in use (bulwark.database.lists.connections). Ask again.",
                        busy);
            }
            throw busy;
        }
    }

    /** Whether it has all the connections that it may, so that the server answers. */
    private static boolean isFull(HikariDataSource pool) {
        return pool.getHikariPoolMXBean().getTotalConnections() >= pool.getMaximumPoolSize();
    }

    /** Runs one transaction of the application's own jobs, which sees the rows of every tenant. */
    public <T, X extends Exception> T acrossTenants(HandleCallback<T, X> work) throws X {
        return transaction(EVERY_TENANT, work);
    }

    /**
     * A connection for a job that holds a lock for as long as it lives. The caller closes it; its locks are released
     * then. It sees no tenant's rows by itself, see {@link #acrossTenants(Handle, HandleCallback)}.
     */
    public Held hold() {
        return new Held(open(jdbi));
    }

    /** One transaction across all tenants on a held connection. */
    public static <T, X extends Exception> T acrossTenants(Handle held, HandleCallback<T, X> work) throws X {
        return transaction(held, EVERY_TENANT, work);
    }

    /**
     * A connection that is kept.
     *
     * @param handle the connection
     */
    public record Held(Handle handle) implements AutoCloseable {

        @Override
        public void close() {
            try (handle) {
                handle.execute("SELECT pg_advisory_unlock_all()");
            } catch (JdbiException gone) {
                LOG.debugf(gone, "A connection that is gone holds no lock");
            }
        }
    }

    private <T, X extends Exception> T transaction(String tenant, HandleCallback<T, X> work) throws X {
        try (Handle handle = open(jdbi)) {
            return transaction(handle, tenant, work);
        }
    }

    private static <T, X extends Exception> T transaction(Handle handle, String tenant, HandleCallback<T, X> work)
            throws X {
        return handle.inTransaction(inside -> {
            inside.select("SELECT set_config('bulwark.tenant', ?, true)", tenant)
                    .mapTo(String.class)
                    .one();
            return work.withHandle(inside);
        });
    }

    private Handle open(Jdbi present) {
        if (present == null) {
            throw new UnavailableException(fault().orElse("The database is being opened."), null);
        }
        try {
            return present.open();
        } catch (ConnectionException refused) {
            throw new UnavailableException(
                    "The database does not answer: " + refused.getCause().getMessage(), refused);
        }
    }

    @Override
    public void close() {
        stopping.countDown();
        keeper.abort();
        for (HikariDataSource present : new HikariDataSource[] {pool, listPool}) {
            if (present != null) {
                present.close();
            }
        }
    }

    private Duration keep() {
        try {
            if (jdbi == null) {
                connect(address.orElseThrow());
            }
            partitions();
            fault = null;
            return KEEP;
        } catch (FlywayException | JdbiException | IllegalStateException trouble) {
            fault = "The database at " + address.orElseThrow().url() + " cannot be used: " + innermost(trouble);
            LOG.warnf("%s It is tried again in %d s.", fault, RETRY.toSeconds());
            return RETRY;
        } catch (RuntimeException defect) {
            fault = "The database cannot be used: " + innermost(defect);
            throw defect;
        }
    }

    private void connect(DatabaseAddress to) {
        to.owner().ifPresent(owner -> Migrations.run(to, owner));
        if (pool == null) {
            pool = pool(to, settings -> {
                settings.setPoolName("bulwark");
                settings.setMaximumPoolSize(to.connections());
                settings.setConnectionTimeout(CONNECT_WITHIN.toMillis());
                // Statements here take milliseconds; compiling one takes seconds, wherever its cost is overestimated.
                settings.setConnectionInitSql("SET jit = off");
            });
            listPool = pool(to, settings -> {
                settings.setPoolName("bulwark-lists");
                settings.setMaximumPoolSize(to.lists().connections());
                settings.setConnectionTimeout(LIST_WAITS.toMillis());
                settings.setConnectionInitSql("SET statement_timeout = "
                        + to.lists().timeout().toMillis() + "; SET default_transaction_read_only = on");
            });
        }
        Jdbi opened = jdbi(pool);
        opened.useHandle(Database::requireBoundRole);
        lists = jdbi(listPool);
        jdbi = opened;
        Thread migration = new Thread(
                new Migrations.LongMigration(opened, stopping, Migrations.LongMigration.LONGEST_REST),
                "database-migration");
        migration.setDaemon(true);
        migration.start();
        LOG.infof("The database at %s is open", to.url());
    }

    /** Messages of its errors name neither values nor rows: they reach the log, and dead letters. */
    private Jdbi jdbi(HikariDataSource from) {
        Jdbi made = Jdbi.create(from).setSqlLogger(statements);
        made.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        return made;
    }

    /** An owner or a superuser would not be bound by row-level security. */
    private static void requireBoundRole(Handle handle) {
        boolean bound =
                handle.select("""
                SELECT NOT (rolsuper OR rolbypassrls OR EXISTS (\
                SELECT FROM pg_tables WHERE schemaname = ? AND tableowner = current_user))
                FROM pg_roles WHERE rolname = current_user""", Migrations.SCHEMA).mapTo(Boolean.class).one();
        if (!bound) {
            throw new IllegalStateException(
                    "the role of bulwark.database.username owns the tables or is a superuser, so"
                            + " tenants would see each other's rows; give it a role that owns nothing");
        }
    }

    private void partitions() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        jdbi.useHandle(handle -> handle.select("SELECT make_partitions(?, ?)::text", today, today.plusDays(DAYS_AHEAD))
                .mapTo(String.class)
                .one());
    }

    private static HikariDataSource pool(DatabaseAddress to, Consumer<HikariConfig> particular) {
        var settings = new HikariConfig();
        settings.setJdbcUrl(to.url());
        settings.setUsername(to.application().username());
        to.application().password().ifPresent(settings::setPassword);
        settings.setMinimumIdle(1);
        settings.setInitializationFailTimeout(-1);
        settings.addDataSourceProperty("currentSchema", Migrations.SCHEMA);
        settings.addDataSourceProperty("ApplicationName", "bulwark-moderation-stream");
        settings.addDataSourceProperty("socketTimeout", "60");
        settings.addDataSourceProperty("logServerErrorDetail", "false");
        particular.accept(settings);
        return new HikariDataSource(settings);
    }

    private static String innermost(Throwable trouble) {
        Throwable cause = trouble;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).strip();
    }

    /**
     * A column of type {@code timestamptz}, to the microsecond.
     *
     * @return null where the column is
     */
    @Nullable
    public static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    /**
     * The database is not configured, not there yet, or gone. The message says which and what fixes it; try again
     * later.
     */
    public static final class UnavailableException extends ProblemException {
        UnavailableException(String message, Throwable cause) {
            super(Problem.NO_DATABASE, message, 2, cause);
        }
    }
}
