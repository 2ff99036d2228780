package io.bulwark.stream.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Jdbi;

/**
 * Runs the work of several processes on a connection each, one statement at a time, in an order that a seed draws. Where a
 * statement waits for another one's lock, the others go on. A process may die before any statement, before a commit and
 * after one. Where one process alone has work and none dies, there is no order to draw, and it goes on to its next commit.
 */
public final class Interleaving implements AutoCloseable {

    private static final Set<String> EXECUTES =
            Set.of("execute", "executeQuery", "executeUpdate", "executeBatch", "executeLargeUpdate");
    private static final long LOOK_MILLIS = 3;
    private static final long STUCK_MILLIS = 60_000;

    private final Object turn = new Object();
    private final PreparedStatement blocked;
    private final List<Process> processes = new ArrayList<>();
    private Random chance;
    private int deathIn;
    private long commits;

    /** @param watcher sees which connection waits for a lock */
    public Interleaving(Connection watcher) throws SQLException {
        blocked = watcher.prepareStatement("SELECT cardinality(pg_blocking_pids(?)) > 0");
    }

    /** Adds a process. */
    public Process process(Connection connection) throws SQLException {
        var added = new Process(connection);
        processes.add(added);
        return added;
    }

    /** Begins with another seed; a process dies about once in that number of statements, never for 0. */
    public void seed(Random drawn, int mortality) {
        synchronized (turn) {
            chance = drawn;
            deathIn = mortality;
        }
    }

    /** How many transactions were committed. */
    public long commits() {
        synchronized (turn) {
            return commits;
        }
    }

    /**
     * Lets one process go as far as its next statement, or past its next commit where it is the last that works. Returns
     * false where all have ended their work.
     */
    public boolean step() throws SQLException, InterruptedException {
        synchronized (turn) {
            settle();
            processes.forEach(Process::requireNoFailure);
            List<Process> parked =
                    processes.stream().filter(one -> one.state == State.PARKED).toList();
            if (parked.isEmpty()) {
                return false;
            }
            Process next = parked.get(chance.nextInt(parked.size()));
            next.dead |= deathIn > 0 && chance.nextInt(deathIn) == 0;
            next.state = State.RUNNING;
            turn.notifyAll();
            settle();
            return true;
        }
    }

    /** Waits until each process has ended, is before a statement, or waits for one that is. */
    private void settle() throws SQLException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            boolean running = false;
            for (Process one : processes) {
                if (one.state == State.RUNNING && !one.blocked) {
                    turn.wait(LOOK_MILLIS);
                    one.blocked = one.state == State.RUNNING && !one.worksAlone() && isBlocked(one);
                    running |= one.state == State.RUNNING && !one.blocked;
                }
            }
            // After the others have stopped, since a statement of theirs may have released the lock.
            for (Process one : processes) {
                one.blocked = one.state == State.RUNNING && one.blocked && isBlocked(one);
                running |= one.state == State.RUNNING && !one.blocked;
            }
            boolean canGo = processes.stream().anyMatch(one -> one.state == State.PARKED);
            boolean allWait = processes.stream().anyMatch(one -> one.state == State.RUNNING) && !canGo;
            if (!running && !allWait) {
                return;
            }
            if (System.nanoTime() - begin > STUCK_MILLIS * 1_000_000) {
                throw new IllegalStateException("No process goes on");
            }
        }
    }

    private boolean isBlocked(Process one) throws SQLException {
        blocked.setInt(1, one.pid);
        try (ResultSet answer = blocked.executeQuery()) {
            answer.next();
            return answer.getBoolean(1);
        }
    }

    @Override
    public void close() throws SQLException {
        for (Process one : processes) {
            one.thread.shutdownNow();
            one.connection.close();
        }
        blocked.getConnection().close();
    }

    private enum State {
        IDLE,
        PARKED,
        RUNNING
    }

    /** The process ends here. */
    public static final class Death extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    /** A process with its connection. */
    public final class Process {

        private final Connection connection;
        private final Jdbi jdbi;
        private final int pid;
        private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(work, "interleaved");
            made.setDaemon(true);
            return made;
        });
        private State state = State.IDLE;
        private boolean blocked;
        private boolean dead;
        private boolean begins;
        private Throwable failure;

        private Process(Connection connection) throws SQLException {
            this.connection = connection;
            Connection watched = proxy(Connection.class, this::onConnection);
            jdbi = Jdbi.create(() -> watched);
            try (Statement statement = connection.createStatement();
                    ResultSet answer = statement.executeQuery("SELECT pg_backend_pid()")) {
                answer.next();
                pid = answer.getInt(1);
            }
        }

        /** The connection as the code under test has it, one for all seeds: it remembers the statements that it parsed. */
        public Jdbi jdbi() {
            return jdbi;
        }

        public boolean isIdle() {
            synchronized (turn) {
                return state == State.IDLE;
            }
        }

        /** Gives an idle process work, which stops before its first statement. What it throws but a death fails the test. */
        public void begin(Callable<?> work) {
            synchronized (turn) {
                state = State.RUNNING;
                dead = false;
                begins = true;
            }
            thread.execute(() -> {
                Throwable thrown = null;
                try {
                    work.call();
                } catch (Death died) {
                    thrown = leave();
                } catch (Throwable unexpected) {
                    thrown = unexpected;
                }
                synchronized (turn) {
                    failure = thrown;
                    state = State.IDLE;
                    turn.notifyAll();
                }
            });
        }

        private void requireNoFailure() {
            Throwable thrown = failure;
            failure = null;
            if (thrown != null) {
                throw new AssertionError("The work of a process failed: " + thrown, thrown);
            }
        }

        /** Dies now. */
        public void die() {
            synchronized (turn) {
                dead = true;
            }
            throw new Death();
        }

        /** What the server does once it notices. */
        private Throwable leave() {
            try (Statement statement = connection.createStatement()) {
                abort();
                connection.setAutoCommit(true);
                statement.execute("SELECT pg_advisory_unlock_all()");
                return null;
            } catch (SQLException unexpected) {
                return unexpected;
            }
        }

        private void abort() throws SQLException {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        }

        /** Whether there is nothing to draw: no other process works, so none holds a lock, and none dies. */
        private boolean worksAlone() {
            return deathIn == 0 && processes.stream().allMatch(one -> one == this || one.state == State.IDLE);
        }

        /** Before a statement or a commit. */
        private void boundary() {
            synchronized (turn) {
                if (dead) {
                    throw new Death();
                }
                if (begins || !worksAlone()) {
                    begins = false;
                    park();
                }
            }
        }

        private void park() {
            synchronized (turn) {
                state = State.PARKED;
                turn.notifyAll();
                try {
                    while (state == State.PARKED) {
                        turn.wait();
                    }
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    throw new Death();
                }
                if (dead) {
                    throw new Death();
                }
            }
        }

        private Object onConnection(Object proxy, Method method, Object[] arguments) throws Throwable {
            switch (method.getName()) {
                case "close" -> {
                    return null;
                }
                case "isClosed" -> {
                    return false;
                }
                case "commit" -> {
                    boundary();
                    invoke(connection, method, arguments);
                    synchronized (turn) {
                        commits++;
                    }
                    park();
                    return null;
                }
                case "setAutoCommit" -> {
                    if (dead) {
                        abort(); // the change of the mode would commit
                    }
                    return invoke(connection, method, arguments);
                }
                case "prepareStatement" -> {
                    Object real = invoke(connection, method, arguments);
                    return proxy(PreparedStatement.class, (self, called, with) -> onStatement(real, called, with));
                }
                case "createStatement" -> {
                    Object real = invoke(connection, method, arguments);
                    return proxy(Statement.class, (self, called, with) -> onStatement(real, called, with));
                }
                default -> {
                    return invoke(connection, method, arguments);
                }
            }
        }

        private Object onStatement(Object real, Method method, Object[] arguments) throws Throwable {
            if (EXECUTES.contains(method.getName())) {
                boundary();
            }
            return invoke(real, method, arguments);
        }
    }

    private static Object invoke(Object on, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
