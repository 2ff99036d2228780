package io.bulwark.lab.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelRule;
import io.bulwark.events.MadeFor;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.lab.proof.ProofApi.Account;
import io.bulwark.lab.proof.ProofApi.Answer;
import io.bulwark.lab.proof.ProofWork.PolicyChange;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.schemas.policy.PolicyRecords.PolicyVersion;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;

/**
 * The policy of the cluster's only tenant in the hands of people: thresholds are proposed, approved by another person,
 * taken back and rolled back through the API. The first policy is put on its topic, as {@code bulwark policy} does. A
 * change names the revision that it was made from, so a request that is repeated changes nothing a second time. One
 * thread.
 */
final class ProofPolicies {

    private static final List<Account> PEOPLE = Account.with("senior", "curator");
    private static final String BANK = "default";
    private static final String FLAGGED = "nsfw";

    private final ProofApi api;
    private final ProofTraffic traffic;
    private final EventSerializer<ModerationPolicy> records;
    private final String topic;
    private final String model;
    private final AtomicInteger onTheWay = new AtomicInteger();
    private boolean begun;

    /** @param model fingerprint of the cluster's */
    ProofPolicies(ProofApi api, Broker broker, ProofTraffic traffic, String model) {
        this.api = api;
        this.traffic = traffic;
        this.topic = broker.topic(Topics.POLICIES);
        this.records = broker.serializer(ModerationPolicy.class);
        records.prepare(topic);
        this.model = model;
    }

    /** What was changed; empty where nothing was, or it stayed open. */
    Optional<PolicyChange> change(Random random, Duration patience) {
        Account person = PEOPLE.get(random.nextInt(PEOPLE.size()));
        JsonNode standing = api.once(person, "GET", "policies", Map.of())
                .filter(Answer::isDone)
                .map(Answer::body)
                .orElse(null);
        if (standing == null || standing.path("publishing").asBoolean()) {
            return Optional.empty();
        }
        if (!standing.has("inForce")) {
            begin(person);
            return Optional.empty();
        }
        long revision = standing.path("revision").asLong();
        if (!standing.has("proposal")) {
            boolean back = standing.path("history").size() > 0 && random.nextInt(4) == 0;
            return back
                    ? change(person, "rollback", "ROLLED_BACK", Map.of("revision", revision, "note", "back"), patience)
                    : change(person, "proposal", "PROPOSED", proposal(revision, random), patience);
        }
        boolean own = standing.path("proposal").path("author").asText().equals(person.login());
        return own || random.nextInt(4) == 0
                ? change(person, "withdrawal", "WITHDRAWN", Map.of("revision", revision), patience)
                : change(person, "approval", "APPROVED", Map.of("revision", revision, "note", "seen"), patience);
    }

    private static Map<String, Object> proposal(long revision, Random random) {
        return Map.of(
                "revision",
                revision,
                "flag",
                0.6 + random.nextInt(300) / 1000.0,
                "safe",
                0.2 + random.nextInt(300) / 1000.0,
                "note",
                "try");
    }

    private Optional<PolicyChange> change(
            Account person, String path, String kind, Map<String, ?> body, Duration patience) {
        return api.ask(person, "POST", "policies/" + path, body, patience)
                .filter(Answer::isDone)
                .map(answer ->
                        new PolicyChange(kind, answer.body().path("revision").asLong(), person.login()));
    }

    /** Made for the views of a worker's verdict; without one there is nothing to begin with yet. */
    private void begin(Account person) {
        Optional<String> views = begun
                ? Optional.empty()
                : api.once(person, "GET", "verdicts?limit=200", Map.of())
                        .filter(Answer::isDone)
                        .flatMap(answer -> StreamSupport.stream(answer.body().spliterator(), false)
                                .filter(verdict -> verdict.path("modelFingerprint")
                                        .asText()
                                        .equals(model))
                                .map(verdict ->
                                        verdict.path("preprocessFingerprint").asText())
                                .findFirst());
        if (views.isEmpty()) {
            return;
        }
        begun = true;
        Instant at = Instant.ofEpochMilli(System.currentTimeMillis());
        PolicyDocument document = PolicyDocument.newBuilder()
                .setVersion("")
                .setK(PolicySettings.DEFAULT_K)
                .setTemperature(PolicySettings.DEFAULT_TEMPERATURE)
                .setFloor(PolicySettings.DEFAULT_FLOOR)
                .setKnownSimilarity(PolicySettings.DEFAULT_KNOWN_SIMILARITY)
                .setFlag(PolicySettings.DEFAULT_THRESHOLDS.flag())
                .setSafe(PolicySettings.DEFAULT_THRESHOLDS.safe())
                .setLabels(Map.of(FLAGGED, new LabelRule(LabelAction.FLAG, null, null)))
                .setMadeFor(new MadeFor(BANK, model, views.get()))
                .setAuthor("proof")
                .setProposedAt(at)
                .setApprover("proof-other")
                .setApprovedAt(at)
                .build();
        ModerationPolicy record = ModerationPolicy.newBuilder()
                .setTenant(ProofOracle.TENANT)
                .setRevision(1)
                .setInForce(PolicyDocument.newBuilder(document)
                        .setVersion(PolicyVersion.of(document))
                        .build())
                .build();
        traffic.put(Topics.POLICIES, ProofOracle.TENANT, onTheWay, records.serialize(topic, record));
    }
}
