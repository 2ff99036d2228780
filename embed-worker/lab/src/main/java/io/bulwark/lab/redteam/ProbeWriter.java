package io.bulwark.lab.redteam;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Signal;
import io.bulwark.events.Verdict;
import io.bulwark.lab.probe.ViewProbe.ProbeResult;
import io.bulwark.lab.probe.ViewProbe.ProbeSettings;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Writes what became of attacks as audits {@code ROBUSTNESS_PROBE}: numbers and coordinates, no picture. One thread.
 *
 * @param topic of audits, as the broker calls it
 * @param producer closed with this
 * @param serializer closed with this
 * @param epsilon as it is written in the settings
 */
record ProbeWriter(
        String topic,
        Producer<byte[], byte[]> producer,
        EventSerializer<AttackAudit> serializer,
        ProbeSettings settings,
        String epsilon)
        implements AutoCloseable {

    private static final double THRESHOLD = ProbeAudits.NOT_KNOWN;
    private static final long WITHIN_SECONDS = 20;

    /**
     * Writes one, and returns once the brokers have it.
     *
     * @throws KafkaException if they do not take it
     */
    void write(Attacker.Attempt attempt, ProbeResult result, Instant now) {
        AttackAudit audit = audit(attempt, result, now);
        byte[] key = audit.getImageId().getBytes(StandardCharsets.UTF_8);
        try {
            producer.send(new ProducerRecord<>(topic, key, serializer.serialize(topic, audit)))
                    .get(WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw refused.getCause() instanceof KafkaException cause ? cause : new KafkaException(refused.getCause());
        } catch (TimeoutException silent) {
            throw new KafkaException("No audit was taken within " + WITHIN_SECONDS + " s", silent);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    AttackAudit audit(Attacker.Attempt attempt, ProbeResult result, Instant now) {
        Verdict verdict = attempt.verdict();
        boolean fell = result.outcome() == ProbeOutcome.FELL;
        double score = result.outcome() == ProbeOutcome.OVERDUE ? ProbeAudits.NOT_KNOWN : fell ? 1 : 0;
        return AttackAudit.newBuilder()
                .setImageId(verdict.getImageId())
                .setUploaderId(ProbeAudits.UPLOADER)
                .setTenant(verdict.getTenant())
                .setKind(AttackKind.ROBUSTNESS_PROBE)
                .setSignals(List.of(new Signal(ProbeAudits.SIGNAL, score, THRESHOLD, fell)))
                .setFusedScore(score)
                .setRobustScore(verdict.getScore())
                .setEvidence(evidence(attempt, result))
                .setDecision(verdict.getDecision())
                .setModelFingerprint(verdict.getModelFingerprint())
                .setUpload(verdict.getUpload())
                .setDetectedAt(now)
                .build();
    }

    private Map<String, String> evidence(Attacker.Attempt attempt, ProbeResult result) {
        Map<String, String> evidence = new TreeMap<>();
        evidence.put("attack", ProbeSettings.ATTACK);
        evidence.put("norm", settings.threat().norm().label());
        evidence.put("epsilon", epsilon);
        evidence.put("iterations", Integer.toString(settings.iterations()));
        evidence.put("goal", attempt.goal().label());
        evidence.put("queries", Long.toString(result.queries()));
        evidence.put("outcome", result.outcome().label());
        evidence.put("scoreBefore", rounded(result.before().score()));
        result.after().ifPresent(after -> evidence.put("scoreAfter", rounded(after.score())));
        return evidence;
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    @Override
    public void close() {
        producer.close();
        serializer.close();
    }
}
