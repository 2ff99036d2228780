package io.bulwark.cli.demo;

import io.bulwark.cli.demo.SampleAttacker.AttackedCopy;
import io.bulwark.cli.demo.SampleAttacker.Sample;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.cli.traffic.ImageUploader;
import io.bulwark.cli.traffic.VerdictLine;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ReportKind;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends the demo's pictures to a running node and prints the answers. One thread. */
final class DemoRun {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ATTACKER = "demo-attacker";
    private static final String EVERYBODY = "demo-everybody";

    private final Broker broker;
    private final Output output;
    private final Map<String, DemoTruth> truth = new HashMap<>();
    private final Set<String> decided = new LinkedHashSet<>();
    private final Set<String> forPeople = new HashSet<>();

    DemoRun(Broker broker, Output output) {
        this.broker = broker;
        this.output = output;
    }

    /** Sends the samples and prints a line for each verdict. */
    DemoTally samples(List<Sample> samples) {
        DemoTally[] tally = {DemoTally.ofSent(samples.size())};
        List<AttackAudit> audits = send(
                samples,
                sample -> DemoTruth.of(sample, sample.name()),
                (uploads, sample) -> uploads.send(sample.file(), "demo-" + sample.label()),
                (sample, verdict) -> {
                    tally[0] = tally[0].plus(sample, verdict);
                    print(sample, verdict);
                });
        return tally[0].withAudits(audits.size());
    }

    /** Sends the attacked copies; prints a line for each once its verdict and all audits are there. */
    AttackTally copies(List<AttackedCopy> copies) {
        Map<AttackedCopy, Verdict> answers = new HashMap<>();
        Map<String, List<AttackAudit>> audits = send(
                        copies,
                        copy -> DemoTruth.of(copy.sample(), copy.sample().name() + ", attacked"),
                        (uploads, copy) -> uploads.send(copy.sample().name() + ".attacked.png", copy.file(), ATTACKER),
                        answers::put)
                .stream()
                .collect(Collectors.groupingBy(AttackAudit::getImageId));
        AttackTally tally = AttackTally.ofSent(copies.size());
        for (AttackedCopy copy : copies) {
            Verdict verdict = answers.get(copy);
            if (verdict != null) {
                List<AttackAudit> ofCopy = audits.getOrDefault(verdict.getImageId(), List.of());
                tally = tally.plus(copy, verdict, !ofCopy.isEmpty());
                output.print(copy.text(verdict, ofCopy), copy.fields(verdict, ofCopy));
            }
        }
        return tally;
    }

    /** Sends everyday copies and prints a line for each verdict. They are in no tally. */
    void everyday(List<EverydayCopy> copies) {
        send(
                copies,
                copy -> DemoTruth.of(copy.sample(), copy.name()),
                (uploads, copy) -> uploads.send(copy.name(), copy.file(), EVERYBODY),
                (copy, verdict) -> output.print(copy.text(verdict), copy.fields(verdict)));
    }

    /** Reports images, as users of a platform do, where fewer than {@code wanted} come into the queue by themselves. */
    void reports(int wanted) {
        List<String> reported = decided.stream()
                .filter(image -> !forPeople.contains(image))
                .limit(Math.max(0, wanted - forPeople.size()))
                .toList();
        try (var producer = new KafkaProducer<>(
                broker.clientSettings(Map.of()), new StringSerializer(), broker.serializer(ImageReport.class))) {
            reported.forEach(image -> producer.send(new ProducerRecord<>(
                    broker.topics().of(Topics.REPORTS),
                    image,
                    ImageReport.newBuilder()
                            .setImageId(image)
                            .setKind(ReportKind.REPORT)
                            .setReporter(EVERYBODY)
                            .setAt(Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS))
                            .build())));
        }
        forPeople.addAll(reported);
    }

    /** What to decide of each content that has its verdict, by its SHA-256: an earlier run's open items have it too. */
    Map<String, DemoTruth> truth() {
        return Map.copyOf(truth);
    }

    /**
     * The images that have to come into the queue: what the worker was not sure of, what has an audit or was reported.
     */
    Set<String> forPeople() {
        return Set.copyOf(forPeople);
    }

    /** Sends things and waits for their verdicts; returns their audits, which are committed with the verdicts. */
    private <T> List<AttackAudit> send(
            List<T> things, Function<T, DemoTruth> known, Sending<T> sending, BiConsumer<T, Verdict> answered) {
        try (EventReader<Verdict> verdicts = EventReader.verdictsFromNow(broker);
                EventReader<AttackAudit> audits = EventReader.fromNow(broker, Topics.ATTACK_AUDIT, AttackAudit.class);
                ImageUploader uploads = new ImageUploader(broker)) {
            Map<String, T> sent = new HashMap<>();
            things.forEach(thing -> sent.put(sending.send(uploads, thing).getImageId(), thing));
            uploads.flush();
            Map<String, T> waiting = new HashMap<>(sent);
            collect(verdicts, waiting, (thing, verdict) -> {
                if (verdict.getContentSha256() != null) {
                    truth.put(verdict.getContentSha256(), known.apply(thing));
                    decided.add(verdict.getImageId());
                }
                if (verdict.getDecision() == Decision.REVIEW) {
                    forPeople.add(verdict.getImageId());
                }
                answered.accept(thing, verdict);
            });
            waiting.values()
                    .forEach(thing -> output.note(known.apply(thing).name() + " has no verdict after "
                            + PATIENCE.toSeconds() + " s without an answer"));
            List<AttackAudit> ofThese = audits.toEnd().stream()
                    .filter(audit -> sent.containsKey(audit.getImageId()) && !SampledAudits.isOne(audit))
                    .toList();
            ofThese.forEach(audit -> forPeople.add(audit.getImageId()));
            return ofThese;
        }
    }

    private static <T> void collect(
            EventReader<Verdict> verdicts, Map<String, T> waiting, BiConsumer<T, Verdict> answered) {
        long lastAnswer = System.nanoTime();
        while (!waiting.isEmpty() && System.nanoTime() - lastAnswer < PATIENCE.toNanos()) {
            for (Verdict verdict : verdicts.poll(Duration.ofMillis(200))) {
                T thing = waiting.remove(verdict.getImageId());
                if (thing != null) {
                    lastAnswer = System.nanoTime();
                    answered.accept(thing, verdict);
                }
            }
        }
    }

    private void print(Sample sample, Verdict verdict) {
        Map<String, Object> fields = VerdictLine.fields(sample.name(), verdict);
        fields.put("expected", sample.expected().name());
        String nearest = VerdictLine.nearest(verdict).map(VerdictLine::nearest).orElse("nothing near");
        output.print(
                String.format(
                        Locale.ROOT,
                        "%-44s expected %-5s got %s score %.3f  %s%s",
                        sample.name(),
                        sample.expected(),
                        VerdictLine.decision(verdict),
                        verdict.getScore(),
                        nearest,
                        verdict.getReason() == null ? "" : "  " + verdict.getReason()),
                fields);
    }

    /** How a thing is uploaded. */
    @FunctionalInterface
    private interface Sending<T> {
        ImageUploaded send(ImageUploader uploads, T thing);
    }

    /**
     * What a picture of the demo was made to be.
     *
     * @param name as it is printed
     * @param label what it shows
     * @param decision SAFE or NSFW
     */
    record DemoTruth(String name, String label, Decision decision) {

        static DemoTruth of(Sample sample, String name) {
            return new DemoTruth(name, sample.label(), sample.expected());
        }
    }

    /**
     * Counts the answers to the demo's samples.
     *
     * @param sent samples sent
     * @param verdicts samples that got a verdict
     * @param correct verdicts that are what the sample's label asks for; a REVIEW is not
     * @param refused verdicts that are REFUSED
     * @param audits attack audits of these samples
     */
    record DemoTally(int sent, int verdicts, int correct, int refused, int audits) {

        /** The part of the samples that must be decided as their labels ask for. */
        static final double REQUIRED_ACCURACY = 0.80;

        static DemoTally ofSent(int sent) {
            return new DemoTally(sent, 0, 0, 0, 0);
        }

        /** One more verdict. */
        DemoTally plus(Sample sample, Verdict verdict) {
            boolean right = verdict.getDecision() == sample.expected();
            boolean refusal = verdict.getDecision() == Decision.REFUSED;
            return new DemoTally(sent, verdicts + 1, correct + (right ? 1 : 0), refused + (refusal ? 1 : 0), audits);
        }

        DemoTally withAudits(int seen) {
            return new DemoTally(sent, verdicts, correct, refused, seen);
        }

        double accuracy() {
            return verdicts == 0 ? 0 : (double) correct / verdicts;
        }

        /** Whether every sample got its verdict and enough of them are right. */
        boolean holds() {
            return verdicts == sent && accuracy() >= REQUIRED_ACCURACY;
        }

        String text() {
            return "verdicts=" + verdicts + " correct=" + correct + " refused=" + refused + " audits=" + audits;
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = Output.fields(
                    "sent",
                    sent,
                    "verdicts",
                    verdicts,
                    "correct",
                    correct,
                    "refused",
                    refused,
                    "audits",
                    audits,
                    "accuracy",
                    accuracy());
            return fields;
        }
    }

    /**
     * Counts the answers to the demo's attacked copies.
     *
     * @param sent copies sent
     * @param verdicts copies that got a verdict
     * @param turned copies that turn the clean twin's decision
     * @param correct verdicts that are what the sample's label asks for, attack or not
     * @param toPeople verdicts that leave the copy to a person, as where the twin holds back
     * @param audited copies with an attack audit
     * @param turnedAudited copies that turn the twin's decision and have an audit
     */
    record AttackTally(int sent, int verdicts, int turned, int correct, int toPeople, int audited, int turnedAudited) {

        static AttackTally ofSent(int sent) {
            return new AttackTally(sent, 0, 0, 0, 0, 0, 0);
        }

        /** One more verdict. */
        AttackTally plus(AttackedCopy copy, Verdict verdict, boolean hasAudit) {
            boolean turns = copy.turnsTheTwin();
            return new AttackTally(
                    sent,
                    verdicts + 1,
                    turned + (turns ? 1 : 0),
                    correct + (verdict.getDecision() == copy.sample().expected() ? 1 : 0),
                    toPeople + (verdict.getDecision() == Decision.REVIEW ? 1 : 0),
                    audited + (hasAudit ? 1 : 0),
                    turnedAudited + (turns && hasAudit ? 1 : 0));
        }

        /** Whether every copy got its verdict. What is decided is shown, not demanded. */
        boolean holds() {
            return verdicts == sent;
        }

        String text() {
            return "attacked copies: verdicts=" + verdicts + " turned-clean-twin=" + turned + " robust-correct="
                    + correct + " to-people=" + toPeople + " audits=" + audited + " (of those turned " + turnedAudited
                    + ")";
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = Output.fields(
                    "attackedSent",
                    sent,
                    "attackedVerdicts",
                    verdicts,
                    "attackedTurnedCleanTwin",
                    turned,
                    "attackedCorrect",
                    correct,
                    "attackedToPeople",
                    toPeople,
                    "attackedAudits",
                    audited,
                    "attackedTurnedAudits",
                    turnedAudited);
            return fields;
        }
    }
}
