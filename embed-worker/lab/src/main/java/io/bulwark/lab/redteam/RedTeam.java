package io.bulwark.lab.redteam;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.cli.terminal.Output;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Verdict;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.probe.ViewProbe.OverdueException;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.Perception;
import io.bulwark.service.SchemaExchange;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.loop.KafkaClients.BrokerClients;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;

/**
 * Draws, attacks, counts and reports, one picture after the other. {@link #run} is called once, by the thread that all
 * of it runs on; the rest by any.
 */
final class RedTeam implements RedTeamPage.Health {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final RedTeamSettings settings;
    private final RedTeamMetrics metrics;
    private final Output output;
    private final NanoClock clock = NanoClock.SYSTEM;
    private final Clock wallClock = Clock.systemUTC();
    private final ThreadWatch watch = new ThreadWatch(clock);
    private final BrokerClients clients;
    private final SchemaExchange schemas;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Set<String> known = new LinkedHashSet<>();
    private volatile WorkerParts parts;
    private final Set<String> told = new HashSet<>(); // since the last attack

    RedTeam(RedTeamSettings settings, RedTeamMetrics metrics, Output output) {
        this.settings = settings;
        this.metrics = metrics;
        this.output = output;
        this.clients = new BrokerClients(settings.worker());
        this.schemas =
                new SchemaExchange(clients.schemaClients(), settings.worker().schemas());
    }

    /**
     * Attacks until it is stopped, or the given number of pictures was drawn.
     *
     * @param pictures at most; a turn for which there is nothing to draw counts as one
     */
    void run(long pictures) {
        try (WorkerParts opened = new WorkerParts(settings.worker(), clients, schemas, clock, watch);
                RecentVerdicts recent = new RecentVerdicts(
                        clients.topics(),
                        clients::followingConsumer,
                        opened.verdicts,
                        settings.own().recent(),
                        settings.own().seed(),
                        clock);
                Attacker attacker = new Attacker(opened, settings.probe(), this::time);
                ProbeWriter writer = new ProbeWriter(
                        clients.topics().of(Topics.ATTACK_AUDIT),
                        clients.plainProducer(),
                        serializer(),
                        settings.probe(),
                        settings.own().epsilon())) {
            parts = opened;
            for (long turn = 0; turn < pictures && !isStopping(); turn++) {
                long begun = clock.nanos();
                if (!awaitReadiness()) {
                    break;
                }
                turn(recent, attacker, writer, goal(turn));
                if (turn + 1 < pictures) {
                    pause(settings.interval().minusNanos(clock.nanos() - begun));
                }
            }
        } catch (CancellationException stopped) {
            // Before it had begun.
        } finally {
            parts = null;
            watch.rest();
            ended.countDown();
        }
    }

    private static AttackGoal goal(long turn) {
        AttackGoal[] goals = AttackGoal.values();
        return goals[(int) (turn % goals.length)];
    }

    private void turn(RecentVerdicts recent, Attacker attacker, ProbeWriter writer, AttackGoal goal) {
        try {
            watch.begin();
            Optional<Verdict> drawn = recent.draw(goal, known);
            if (drawn.isEmpty()) {
                tell("Nothing new to attack with the goal " + goal.label() + " among the newest verdicts");
                return;
            }
            watch.begin();
            Attacker.Attempt attempt = attacker.attack(drawn.get(), goal);
            remember(attempt);
            metrics.attempted(goal, drawn.get().getContentSha256(), attempt.outcome(), attempt.cpu());
            print(attempt);
            watch.begin();
            if (attempt.outcome() != ProbeOutcome.SKIPPED) {
                writer.write(attempt, attempt.result().orElseThrow(), wallClock.instant());
            }
            told.clear();
        } catch (KafkaException failure) {
            tell(ConnectionFaults.explain(failure).orElseGet(() -> String.valueOf(failure.getMessage())));
        } catch (CancellationException stopped) {
            // What is half attacked counts for nothing.
        } finally {
            watch.rest();
        }
    }

    private void remember(Attacker.Attempt attempt) {
        known.add(attempt.verdict().getContentSha256());
        if (known.size() > settings.own().recent()) {
            known.remove(known.iterator().next());
        }
    }

    private PictureTime time(int views) {
        return PictureTime.of(views, settings.own().deadline(), clock, this::isStopping, watch);
    }

    private EventSerializer<AttackAudit> serializer() {
        EventSerializer<AttackAudit> serializer = new EventSerializer<>(AttackAudit.class);
        serializer.configure(new Perception(settings.worker()).serdeSettings(), false);
        return serializer;
    }

    private void print(Attacker.Attempt attempt) {
        Map<String, Object> fields = Fields.of(
                "goal",
                attempt.goal().label(),
                "epsilon",
                settings.own().epsilon(),
                "outcome",
                attempt.outcome().label(),
                "cpuSeconds",
                attempt.cpu().toMillis() / 1000.0,
                "queries",
                attempt.result().map(result -> result.queries()));
        if (!attempt.remark().isEmpty()) {
            fields.put("remark", attempt.remark());
        }
        metrics.share(attempt.goal()).ifPresent(share -> {
            fields.put("robustAccuracy", share.value());
            fields.put("low", share.low());
            fields.put("high", share.high());
            fields.put("files", share.files());
        });
        output.print(text(attempt), fields);
    }

    private String text(Attacker.Attempt attempt) {
        String remark = attempt.remark().isEmpty() ? "" : " (" + attempt.remark() + ")";
        return Fields.text(
                "%s, epsilon %s: %s%s, %.1f s of CPU; robust accuracy %s",
                attempt.goal().label(),
                settings.own().epsilon(),
                attempt.outcome().label(),
                remark,
                attempt.cpu().toNanos() / 1e9,
                metrics.share(attempt.goal())
                        .map(share -> share + " of " + share.files() + " files")
                        .orElse("not known yet"));
    }

    /** Once, however long it goes on. */
    private void tell(String what) {
        if (told.add(what)) {
            output.note(what);
        }
    }

    /** False if told to stop meanwhile. */
    private boolean awaitReadiness() {
        while (!isStopping()) {
            Optional<String> why = unreadiness();
            if (why.isEmpty()) {
                return true;
            }
            tell(why.get());
            pause(PAUSE);
        }
        return false;
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void pause(Duration time) {
        try {
            stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }

    /** Makes {@link #run} return soon, and waits for that for so long. */
    void stop(Duration patience) {
        stopping.countDown();
        schemas.stop();
        try {
            ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Optional<String> livenessFailure() {
        return watch.stuck();
    }

    @Override
    public Optional<String> unreadiness() {
        WorkerParts opened = parts;
        return opened == null
                ? schemas.trouble().or(() -> Optional.of("The model is being opened"))
                : opened.unreadiness();
    }

    @Override
    public boolean hasStarted() {
        return parts != null;
    }

    /**
     * Bounds the attack on one picture. Each step counts as a separate piece of work.
     *
     * @param deadline by which the attack is over
     * @param stopping whether the process was told to stop
     * @param watch told of each step
     */
    record PictureTime(NanoClock.Deadline deadline, BooleanSupplier stopping, ThreadWatch watch) implements Watch {

        /** From now on, for a picture of this many views. */
        static PictureTime of(int views, Duration each, NanoClock clock, BooleanSupplier stopping, ThreadWatch watch) {
            return new PictureTime(NanoClock.Deadline.after(each.multipliedBy(views), clock), stopping, watch);
        }

        @Override
        public void step(int done, int total, int fooled) {
            watch.begin();
        }

        /** @throws OverdueException if the time is over */
        @Override
        public boolean cancelled() {
            if (deadline.hasPassed()) {
                throw new OverdueException();
            }
            return stopping.getAsBoolean() || Thread.currentThread().isInterrupted();
        }
    }
}
