package io.bulwark.service.loop;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.Readiness.VerdictGate;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.lifecycle.WorkerState.StateMachine;
import io.bulwark.service.loop.CommitPacing.Load;
import io.bulwark.service.loop.LoopSettings.Lane;
import io.bulwark.service.loop.SimulatedProducer.Fault;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import io.bulwark.service.pipeline.UploadInFlight;
import io.bulwark.service.pipeline.UploadInFlight.UploadSink;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * One schedule: the real loop, worker after worker, on one thread between simulated clients. Each poll is a step; what
 * happens in it comes from the seed. First anything may happen; then nothing more goes wrong, and all must be answered.
 */
final class Simulation implements UploadSink {

    /** Steps in which anything may happen. */
    static final int STEPS = 200;

    /** Steps in which what is left has to be answered. */
    private static final int CALM_STEPS = 400;

    private static final Duration MOST_WAIT = Duration.ofMillis(200);
    private static final int BACKLOG = 6;
    private static final int MAX_UPLOADS = 8;
    private static final int AHEAD = MAX_UPLOADS + SimulatedConsumer.POLL_RECORDS;

    /** After the pause of a worker that was refused for its generation, until it has tried again. */
    private static final long STALE_GRACE = 40_000_000;

    /** No commit takes longer: four calls that each block as long as they may, and what the clock adds between. */
    private static final long LONGEST_COMMIT = 61_000_000_000L;

    final SimulatedBroker broker = new SimulatedBroker();

    private final Random random;
    private final WorkerMetrics metrics;
    private final BiConsumer<WorkerState, WorkerState> moves;
    private final Queue<Runnable> begun = new ArrayDeque<>();
    private final List<UploadInFlight> running = new ArrayList<>();
    private final List<UploadInFlight> flights = new ArrayList<>();
    private final Set<TopicPartition> excused = new HashSet<>();
    private final Set<TopicPartition> waiting = new HashSet<>();
    private Lane lane;
    private List<TopicPartition> partitions;
    private SimulatedConsumer consumer;
    private StateMachine state;
    private ExclusiveTrial.Seat other;
    private boolean otherIsBusy;
    private boolean otherTries;
    private WorkerLoop loop;
    private String incarnation;
    private Fault armed = Fault.NONE;
    private long now;
    private int staleInARow;
    private long staleUntil;
    private boolean stale;
    private long answerWaitsSince = -1;
    private int steps;
    private int workers;
    private int failingCalls;
    private int unknownPositions;
    private int allExcusedUntil; // a step
    private boolean thrownOut;
    private boolean registryAway;
    private boolean bankUsable;
    private boolean dead;
    private boolean calm;
    private int calmSteps;

    /**
     * Makes a schedule.
     *
     * @param metrics shared by many, since they take longer to make than a schedule to run
     * @param moves told of each move of a worker's state
     */
    Simulation(long seed, WorkerMetrics metrics, BiConsumer<WorkerState, WorkerState> moves) {
        this.random = new Random(seed);
        this.metrics = metrics;
        this.moves = moves;
    }

    /** Runs it; whatever is not as it should be is thrown. */
    void run() {
        while (steps < STEPS) {
            live(random.nextInt(3) == 0 ? Lane.DEFERRED : Lane.UPLOADS);
        }
        calm = true;
        // What the first hands over the second answers.
        live(Lane.UPLOADS);
        live(Lane.DEFERRED);
        if (broker.answers() != broker.uploads()) {
            throw new AssertionError(broker.answers() + " of " + broker.uploads() + " uploads are answered");
        }
    }

    /** A worker's loop of that lane, from its start to its end. */
    private void live(Lane its) {
        lane = its;
        partitions = SimulatedBroker.partitions(its);
        calmSteps = 0;
        incarnation = "w" + workers++;
        running.clear();
        flights.clear();
        begun.clear();
        waiting.clear();
        armed = Fault.NONE;
        failingCalls = random.nextInt(4) == 0 ? 1 : 0;
        thrownOut = false;
        dead = false;
        registryAway = false;
        bankUsable = true;
        excuseAll();
        answerWaitsSince = -1;
        staleInARow = 0;
        consumer = new SimulatedConsumer(this);
        state = new StateMachine(moves);
        state.moveTo(WorkerState.WARMING);
        state.moveTo(WorkerState.PUBLISHING_SCHEMAS);
        ExclusiveTrial trial = new ExclusiveTrial();
        other = trial.seat(lane == Lane.UPLOADS ? Lane.DEFERRED : Lane.UPLOADS);
        otherIsBusy = false;
        otherTries = false;
        NanoClock clock = () -> now;
        loop = new WorkerLoop(
                consumer,
                new Transactions(
                        () -> new SimulatedProducer(this),
                        new AnswerRecords(new AnswerSerializers(null, null, null, TopicNames.UNPREFIXED), 1_000_000)),
                begun::add,
                this,
                trial.seat(lane),
                state,
                new LoopSettings(
                        lane,
                        TopicNames.UNPREFIXED.of(lane.topic()),
                        MAX_UPLOADS,
                        AHEAD,
                        1_000_000,
                        6,
                        MOST_WAIT,
                        BACKLOG,
                        Duration.ofSeconds(1),
                        1_000_000),
                incarnation,
                new Loops.Environment(
                        new VerdictGate(List.of(this::bank), Optional.empty()),
                        metrics,
                        Tracing.OFF,
                        clock,
                        Clock.systemUTC(),
                        new ThreadWatch(clock)));
        try {
            loop.run();
            state.moveTo(WorkerState.STOPPED);
        } catch (Killed end) {
            dead = true;
        } catch (RuntimeException hopeless) {
            if (!Transactions.isHopeless(hopeless)) {
                throw hopeless;
            }
            state.moveTo(WorkerState.FAILED);
        }
        group().generation++;
    }

    Lane lane() {
        return lane;
    }

    SimulatedBroker.Group group() {
        return broker.group(lane);
    }

    private Readiness bank() {
        return bankUsable ? new Readiness.Usable("usable") : new Readiness.Unusable("unusable");
    }

    /** Called by the consumer for each poll. */
    void step(Duration most) {
        steps++;
        check(most.toNanos());
        long[] waits = {0, most.toNanos() / 2, most.toNanos()};
        pass(10_000 + waits[random.nextInt(waits.length)]);
        if (calm) {
            calmDown();
            return;
        }
        for (int events = 1 + random.nextInt(3); events > 0; events--) {
            anything(random.nextInt(100));
        }
        if (steps >= STEPS) {
            stop();
        }
    }

    private void anything(int event) {
        if (event < 14) {
            TopicPartition partition = any(SimulatedBroker.partitions(Lane.UPLOADS));
            for (int records = 1 + random.nextInt(3); records > 0; records--) {
                broker.produce(partition, random.nextInt(2));
            }
        } else if (event < 50) {
            for (int answers = 1 + random.nextInt(6); answers > 0 && !running.isEmpty(); answers--) {
                end(running.remove(random.nextInt(running.size())));
            }
        } else if (event < 75) {
            commitOne();
        } else if (event < 78) {
            rebalance();
        } else if (event < 80) {
            throwOut();
        } else if (event < 82) {
            armed = any(List.of(Fault.values()));
            if (armed == Fault.FORBIDDEN && random.nextInt(4) > 0) {
                armed = Fault.NONE;
            }
        } else if (event < 83) {
            registryAway = !registryAway;
        } else if (event < 84) {
            bankUsable = !bankUsable;
        } else if (event < 85) {
            failingCalls = random.nextInt(3);
            unknownPositions = random.nextInt(3);
        } else if (event < 87) {
            elsewhere();
        } else if (event < 88) {
            pass(random.nextInt(2_000_000_000));
        } else if (event == 88 && random.nextInt(3) == 0) {
            stop();
        } else if (event == 89 && random.nextInt(2) == 0) {
            dead = true;
            throw new Killed();
        } else if (event > 97) {
            otherLoop();
        }
    }

    /** The worker's other loop begins uploads or a trial, or ends what it has begun. */
    private void otherLoop() {
        if (otherTries) {
            otherTries = false;
            other.release();
        } else if (otherIsBusy) {
            otherIsBusy = false;
            other.rest();
        } else if (random.nextBoolean()) {
            otherIsBusy = other.begin();
        } else {
            other.claim();
            otherTries = true;
        }
    }

    private void calmDown() {
        if (++calmSteps > CALM_STEPS) {
            throw new AssertionError("the loop stands still in state " + state.state());
        }
        registryAway = false;
        other.leave();
        otherIsBusy = false;
        otherTries = false;
        bankUsable = true;
        failingCalls = 0;
        unknownPositions = 0;
        armed = Fault.NONE;
        while (commitOne()) {}
        if (!consumer.assignment().containsAll(partitions)) {
            reassign(partitions);
        }
        running.forEach(this::end);
        running.clear();
        if (broker.isAllAnswered(lane)) {
            stop();
        }
    }

    private void stop() {
        excuseAll();
        loop.stop();
    }

    private boolean commitOne() {
        Runnable commit = begun.poll();
        if (commit == null) {
            return false;
        }
        long start = now;
        commit.run();
        if (now - start > LONGEST_COMMIT) {
            throw new AssertionError("a commit took " + (now - start) / 1_000_000_000 + " s");
        }
        return true;
    }

    private void rebalance() {
        List<TopicPartition> mine = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            if (random.nextInt(4) > 0) {
                mine.add(partition);
            }
        }
        reassign(mine);
    }

    private void reassign(Collection<TopicPartition> mine) {
        if (thrownOut) {
            rejoin();
            return;
        }
        if (!calm && random.nextInt(4) == 0) {
            // What closes the partitions that go.
            armed = any(List.of(Fault.REFUSED, Fault.ANSWER_LOST, Fault.UNREACHABLE, Fault.NO_METADATA));
        }
        excuse(consumer.assignment(), mine);
        staleInARow = 0;
        staleUntil = now + STALE_GRACE;
        consumer.reassign(mine);
    }

    /** The group goes on without this member, whose partitions others answer; it learns of that some time later. */
    private void throwOut() {
        if (thrownOut) {
            rejoin();
            return;
        }
        thrownOut = true;
        group().generation++;
        consumer.assignment().forEach(partition -> broker.answerElsewhere(partition, random.nextInt(4)));
    }

    private void rejoin() {
        thrownOut = false;
        excuse(consumer.assignment(), List.of());
        consumer.lose();
    }

    private void excuse(Collection<TopicPartition> before, Collection<TopicPartition> after) {
        before.stream().filter(partition -> !after.contains(partition)).forEach(excused::add);
    }

    /** A commit or another call failed: all may be abandoned now or at the next step. */
    private void excuseAll() {
        allExcusedUntil = steps + 2;
    }

    private void elsewhere() {
        for (Lane each : Lane.values()) {
            for (TopicPartition partition : SimulatedBroker.partitions(each)) {
                if (!consumer.assignment().contains(partition) || thrownOut) {
                    broker.answerElsewhere(partition, random.nextInt(3));
                }
            }
        }
    }

    /** What the pipeline does at the end of an upload's way. */
    private void end(UploadInFlight upload) {
        if (upload.isDone()) {
            return;
        }
        if (registryAway && random.nextInt(3) == 0) {
            if (upload.complete(new Outcome.TryLater("the registry is away"))) {
                waiting.add(upload.partition());
            }
        } else if (lane == Lane.UPLOADS && random.nextInt(5) == 0) {
            upload.complete(new Outcome.Deferred());
        } else {
            LoopRig.answer(upload);
        }
    }

    @Override
    public void submit(UploadInFlight upload) {
        String mark = broker.mark(upload.partition());
        OffsetMark standing = OffsetMark.read(mark);
        boolean alone = standing instanceof OffsetMark.Alone suspect && suspect.at() == upload.offset();
        if (!standing.isBy(incarnation) || !(alone || standing instanceof OffsetMark.Open)) {
            // A worker that was thrown out cannot know what others have marked since.
            if (!thrownOut) {
                throw new AssertionError(upload.partition() + "@" + upload.offset() + " goes under the mark " + mark);
            }
        }
        SimulatedBroker.Log log = broker.log(upload.partition());
        if (standing instanceof OffsetMark.Open open
                && !thrownOut
                && log.indexOf(upload.offset()) >= log.answered + open.next()) {
            throw new AssertionError(upload.partition() + "@" + upload.offset() + " goes beyond the mark " + mark);
        }
        if (otherTries && lane == Lane.DEFERRED && other.claim()) {
            throw new AssertionError(upload.partition() + "@" + upload.offset() + " disturbs another loop's trial");
        }
        if (alone && (!running.isEmpty() || (otherIsBusy && lane == Lane.UPLOADS))) {
            throw new AssertionError(upload.partition() + "@" + upload.offset() + " is not alone");
        }
        flights.add(upload);
        if (random.nextInt(3) == 0) {
            end(upload);
        } else {
            running.add(upload);
        }
    }

    @Override
    public void refusePoison(UploadInFlight upload) {
        flights.add(upload);
        LoopRig.refuse(upload);
    }

    @Override
    public boolean isIdle() {
        return running.isEmpty();
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.empty();
    }

    private void check(long most) {
        if (stale) {
            stale = false;
            long pause = Committer.FIRST_STALE_PAUSE.toNanos() << Math.min(10, staleInARow++);
            staleUntil = now + Math.min(pause, Committer.LONGEST_STALE_PAUSE.toNanos()) + STALE_GRACE;
        }
        int inFlight = 0;
        for (UploadInFlight upload : flights) {
            checkThatItMayBeAbandoned(upload);
            inFlight += upload.isDone() ? 0 : 1;
        }
        if (inFlight > AHEAD) {
            throw new AssertionError(inFlight + " uploads are in flight");
        }
        flights.removeIf(upload -> upload.isDone() && upload.outcome().isEmpty());
        checkThatNoAnswerWaits(most);
        excused.clear();
        if (EnumSet.of(WorkerState.RECOVERING, WorkerState.WAITING_FOR_BANK, WorkerState.DRAINING)
                .contains(state.state())) {
            excuseAll();
        }
    }

    /** For a rebalance, a commit that failed, or an upload of the partition that has to wait; for nothing else. */
    private void checkThatItMayBeAbandoned(UploadInFlight upload) {
        TopicPartition partition = upload.partition();
        boolean abandoned = upload.isDone() && upload.outcome().isEmpty();
        if (abandoned && allExcusedUntil < steps && !excused.contains(partition) && !waiting.contains(partition)) {
            throw new AssertionError(partition + "@" + upload.offset() + " is abandoned for no reason");
        }
    }

    /** Everything is read again from the committed offsets, as soon as the broker says them. */
    void recovers() {
        flights.forEach(this::checkThatItMayBeAbandoned);
        flights.clear();
    }

    /** Reading goes back; nothing of what was read from there on is in flight any more. */
    void sought(TopicPartition partition) {
        flights.stream()
                .filter(upload -> upload.partition().equals(partition))
                .forEach(this::checkThatItMayBeAbandoned);
        flights.removeIf(upload -> upload.partition().equals(partition));
        waiting.remove(partition);
    }

    /**
     * Without a backlog an answer waits a few milliseconds for company, and none where no other upload is worked on: it
     * is on its way to the broker when the loop waits for anything.
     */
    private void checkThatNoAnswerWaits(long most) {
        boolean may = state.state() == WorkerState.RUNNING && allExcusedUntil < steps && !thrownOut && begun.isEmpty();
        if (!may || now < staleUntil || !hasCommittable()) {
            answerWaitsSince = -1;
            return;
        }
        if (answerWaitsSince < 0) {
            answerWaitsSince = now;
        }
        long waits = now - answerWaitsSince + most;
        long workedOn = flights.stream().filter(upload -> !upload.isDone()).count();
        long tolerated = waits - 1_000_000;
        boolean light = workedOn > 0 && tolerated <= Load.LIGHT.most().toNanos();
        // Of what is unread here some may wait for something else than this worker, and count for no backlog.
        boolean full = consumer.unread() >= BACKLOG && workedOn > MAX_UPLOADS / 4 && tolerated <= MOST_WAIT.toNanos();
        if (most > 0 && !light && !full) {
            throw new AssertionError("answers wait for a commit, unread are " + consumer.unread() + ", worked on are "
                    + workedOn + ", waiting for " + waits / 1000 + " µs");
        }
    }

    private boolean hasCommittable() {
        for (UploadInFlight upload : flights) {
            SimulatedBroker.Log log = broker.log(upload.partition());
            boolean oldest = log.answered < log.records.size()
                    && log.records.get(log.answered).offset() == upload.offset();
            if (oldest
                    && consumer.assignment().contains(upload.partition())
                    && upload.outcome()
                            .filter(outcome -> !(outcome instanceof Outcome.TryLater))
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** What is to go wrong with the commit that begins. */
    Fault nextFault() {
        if (dead) {
            throw new Killed();
        }
        Fault next = armed;
        armed = Fault.NONE;
        if (next != Fault.NONE) {
            excuseAll();
        }
        return next;
    }

    /** A commit succeeded. */
    void hasCommitted() {
        staleInARow = 0;
    }

    /** The group refused a commit for its generation. */
    void refusedAsStale() {
        stale = true;
    }

    /** The broker may have to be asked where a log begins, and does not always say so in time. */
    void positionIsAskedFor(Duration most) {
        if (unknownPositions > 0 && random.nextBoolean()) {
            unknownPositions--;
            pass(most.toNanos());
            throw new TimeoutException("the position is not known");
        }
    }

    /** A call of a client, which fails after as long as it may block where the schedule says so. */
    void blockOrFail(String call) {
        if (dead) {
            throw new Killed();
        }
        if (failingCalls > 0) {
            failingCalls--;
            excuseAll();
            pass(15_000_000_000L);
            throw new TimeoutException(call + " was not answered");
        }
    }

    /** A commit takes some milliseconds; what it leaves starts a new wait. */
    void commitTakes() {
        answerWaitsSince = -1;
        pass((1 + random.nextInt(20)) * 1_000_000L);
    }

    void pass(long nanos) {
        now += nanos;
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** The abrupt end of a worker. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }
}
