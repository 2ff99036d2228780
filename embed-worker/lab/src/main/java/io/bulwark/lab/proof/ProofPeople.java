package io.bulwark.lab.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.Decision;
import io.bulwark.events.Reference;
import io.bulwark.lab.proof.ProofApi.Account;
import io.bulwark.lab.proof.ProofApi.Answer;
import io.bulwark.lab.proof.ProofWork.Answers;
import io.bulwark.lab.proof.ProofWork.Appeal;
import io.bulwark.lab.proof.ProofWork.Approved;
import io.bulwark.lab.proof.ProofWork.Decided;
import io.bulwark.lab.proof.ProofWork.Escalation;
import io.bulwark.lab.proof.ProofWork.Kind;
import io.bulwark.lab.proof.ProofWork.Undone;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * What people do through the API, at random by a seed: reviewers and seniors claim items and decide them, hand some to
 * the seniors and take decisions back, a platform passes appeals on, curators answer proposals for the bank, policies
 * change; and references are added to the bank and removed on its topic. A request that stayed open is repeated as it
 * was. It starts one thread.
 *
 * <p>While people have an image in their hands, the traffic does not have it erased: what they decide after an order is
 * not what the order is about.
 */
final class ProofPeople implements AutoCloseable {

    private static final int TICKS_PER_SECOND = 5;
    private static final int RECENT = 100;

    /** Of this number of items that do not wait for a senior, one is handed to the seniors. */
    private static final int ESCALATED = 8;

    private static final List<Account> REVIEWERS = Account.with("reviewer", "senior");
    private static final List<Account> SENIORS = Account.with("senior");
    private static final List<Account> CURATORS = Account.with("curator");
    private static final String LABEL = "proof-seen";

    /** Longer than any experiment keeps PostgreSQL, or all moderation-streams, from answering. */
    private static final Duration PATIENCE = Duration.ofMinutes(12);

    private final ProofApi api;
    private final ProofTraffic traffic;
    private final Optional<ProofBank> bank;
    private final Optional<ProofPolicies> policies;
    private final double rate;
    private final String name;
    private final Random random;
    private final Answers answers = new Answers();
    private final List<String> recent = new ArrayList<>();
    private final List<Decided> standing = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean open;
    private volatile RuntimeException broken;
    private int number;

    /**
     * @param traffic beside which they work
     * @param bank that changes; empty where it stays
     * @param policies that change; empty where they stay
     * @param name begins every reporter's name
     * @param rate decisions a second; a quarter as many appeals, and an eighth as many undos, answers of curators,
     *     changes of the bank and of policies
     */
    ProofPeople(
            ProofApi api,
            ProofTraffic traffic,
            Optional<ProofBank> bank,
            Optional<ProofPolicies> policies,
            String name,
            long seed,
            double rate) {
        this.api = api;
        this.traffic = traffic;
        this.bank = bank;
        this.policies = policies;
        this.name = name;
        this.random = new Random(seed);
        this.rate = rate;
        this.thread = new Thread(
                () -> {
                    try {
                        work();
                    } catch (RuntimeException failure) {
                        broken = failure;
                    }
                },
                "proof-people");
    }

    void start() {
        thread.start();
    }

    /**
     * Stops, and waits until the last request was answered.
     *
     * @throws CommandFailure if a request stayed open for twelve minutes, or an answer was not understood
     */
    void stop() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while people stopped working", interrupted);
        }
        if (broken != null) {
            throw CommandFailure.failed("people could not go on working: " + broken, broken);
        }
        if (open) {
            throw CommandFailure.failed("a request of people stayed open for " + PATIENCE.toMinutes() + " min");
        }
    }

    /** What people did. */
    record Counts(int decisions, int undone, int escalated, int appeals, int changes) {}

    /** How much was done, after {@link #stop}. */
    Counts counts() {
        return new Counts(
                answers.decided().size(),
                answers.undone().size(),
                answers.escalated().size(),
                answers.appealed().size(),
                answers.approved().size()
                        + answers.policies().size()
                        + bank.map(ProofBank::changes).orElse(0));
    }

    /** What was written last of each reference, after {@link #stop}. */
    Map<String, Optional<Reference>> references() {
        return bank.map(ProofBank::written).orElseGet(Map::of);
    }

    /** What the API said, after {@link #stop}. */
    Answers answers() {
        return answers;
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
    }

    private void work() {
        double[] perSecond = {rate, rate / 4, rate / 8, rate / 8, rate / 8, rate / 8};
        // What was not done while nothing answered is not made up for.
        ProofTraffic.pace(perSecond, TICKS_PER_SECOND, 2, () -> stopped, this::workOne);
    }

    private void workOne(int kind) {
        switch (kind) {
            case 0 -> decide();
            case 1 -> appeal();
            case 2 -> curate();
            case 3 -> takeBack();
            case 4 -> bank.ifPresent(references -> references.change(random));
            default -> policies.flatMap(all -> all.change(random, PATIENCE)).ifPresent(answers.policies()::add);
        }
    }

    /** A claim is not repeated: one that stayed open runs out. */
    private void decide() {
        Account person = any(REVIEWERS);
        Optional<JsonNode> claim = api.once(person, "POST", "review/claims", Map.of())
                .filter(answer -> answer.status() == 200)
                .map(Answer::body);
        if (claim.isEmpty()) {
            return;
        }
        String item = claim.get().path("itemId").asText();
        String lease = claim.get().path("leaseId").asText();
        String image = claim.get().path("imageId").asText();
        if (!traffic.hold(image)) {
            api.once(person, "POST", "review/items/" + item + "/release", Map.of("leaseId", lease));
            return;
        }
        try {
            api.once(person, "POST", "review/items/" + item + "/view", Map.of("leaseId", lease));
            boolean waitsForSenior = claim.get().path("stage").asText().equals("SENIOR");
            if (!waitsForSenior && random.nextInt(ESCALATED) == 0) {
                escalate(person, item, lease, image);
            } else {
                decide(
                        person,
                        item,
                        lease,
                        image,
                        claim.get().path("contentSha256").asText());
            }
        } finally {
            traffic.release(image);
        }
    }

    /** One that stayed open is refused when it is repeated, because its claim is gone. */
    private void escalate(Account person, String item, String lease, String image) {
        String words = name + "-question-" + number++;
        Instant at = Instant.now();
        answer(person, "review/items/" + item + "/escalation", Map.of("leaseId", lease, "reason", words))
                .filter(Answer::isDone)
                .ifPresent(answer -> answers.escalated().add(new Escalation(item, image, person.login(), words, at)));
    }

    /**
     * Of a decision once, by who made it or a senior, who decides the item again or gives it back. Repeated, an undo is
     * refused where it was carried out, so only an answer to the first request says that a decision was kept.
     */
    private void takeBack() {
        if (standing.isEmpty()) {
            return;
        }
        Decided made = standing.remove(random.nextInt(standing.size()));
        if (!traffic.hold(made.image())) {
            return;
        }
        try {
            Account person = random.nextBoolean()
                    ? any(SENIORS)
                    : REVIEWERS.stream()
                            .filter(account -> account.login().equals(made.reviewer()))
                            .findFirst()
                            .orElseThrow();
            String path = "review/items/" + made.item() + "/decisions/" + made.id() + "/undo";
            Instant at = Instant.now();
            Optional<Answer> first = api.once(person, "POST", path, Map.of());
            Optional<Answer> answer = first.isPresent() ? first : answer(person, path, Map.of());
            if (answer.filter(Answer::isDone).isPresent()) {
                JsonNode body = answer.get().body();
                String id = body.path("decisionId").asText();
                answers.undone().add(new Undone(id, made.item(), made.image(), made.id(), person.login(), at));
                String lease = body.path("leaseId").asText();
                if (random.nextInt(3) > 0) {
                    decide(person, made.item(), lease, made.image(), made.contentSha256());
                } else {
                    api.once(person, "POST", "review/items/" + made.item() + "/release", Map.of("leaseId", lease));
                }
            } else if (first.isPresent()) {
                answers.kept().add(made.id());
            }
        } finally {
            traffic.release(made.image());
        }
    }

    private void decide(Account person, String item, String lease, String image, String contentSha256) {
        // Not drawn: the traffic's reviews have ids of a generator of the same seed.
        String id = UUID.nameUUIDFromBytes((name + "-decision-" + number++).getBytes(StandardCharsets.UTF_8))
                .toString();
        Decision decision = random.nextBoolean() ? Decision.SAFE : Decision.NSFW;
        List<String> labels = decision == Decision.NSFW ? List.of(LABEL) : List.of();
        boolean proposes = decision == Decision.NSFW && random.nextBoolean();
        Instant at = Instant.now();
        Map<String, Object> body = new HashMap<>(Map.of(
                "leaseId", lease,
                "decisionId", id,
                "contentSha256", contentSha256,
                "decision", decision.name(),
                "labels", labels));
        if (proposes) {
            body.put("bankLabel", ProofBank.LABEL);
        }
        Optional<Answer> answer = answer(person, "review/items/" + item + "/decision", body);
        if (answer.filter(Answer::isDone).isPresent()) {
            boolean holds = answer.get().body().path("state").asText().equals("IN_FORCE");
            Kind kind = holds ? Kind.DECIDED : Kind.PROPOSED;
            Decided made =
                    new Decided(id, item, image, contentSha256, kind, null, person.login(), decision, labels, at, null);
            answers.decided().add(made);
            remember(recent, image);
            remember(standing, made);
        } else if (answer.isPresent()) {
            answers.refused().add(id);
        }
    }

    /** Of what people decided a moment ago, and of what a machine called NSFW. Each has a reporter who makes no other. */
    private void appeal() {
        Optional<String> about = random.nextInt(3) == 0 ? flagged() : recentlyDecided();
        if (about.isEmpty() || !traffic.hold(about.get())) {
            return;
        }
        try {
            String reporter = name + "-reporter-" + number++;
            Instant at = Instant.now();
            answer(
                            any(REVIEWERS),
                            "review/reports",
                            Map.of(
                                    "imageId",
                                    about.get(),
                                    "kind",
                                    "appeal",
                                    "reporter",
                                    reporter,
                                    "words",
                                    "It is a statue."))
                    .filter(Answer::isDone)
                    .ifPresent(answer -> answers.appealed()
                            .add(new Appeal(answer.body().path("itemId").asText(), about.get(), reporter, at)));
        } finally {
            traffic.release(about.get());
        }
    }

    private Optional<String> recentlyDecided() {
        return recent.isEmpty() ? Optional.empty() : Optional.of(recent.get(random.nextInt(recent.size())));
    }

    private Optional<String> flagged() {
        return api.once(any(REVIEWERS), "GET", "cases?decision=NSFW&limit=50", Map.of())
                .map(answer -> answer.body().path("cases"))
                .filter(cases -> !cases.isEmpty())
                .map(cases -> cases.get(random.nextInt(cases.size())).path("imageId"))
                .map(JsonNode::asText);
    }

    /** Three of four are approved. An approval that stayed open may be refused as answered when it is repeated. */
    private void curate() {
        Account curator = any(CURATORS);
        Optional<JsonNode> proposals = api.once(curator, "GET", "review/proposals", Map.of())
                .map(Answer::body)
                .filter(all -> !all.isEmpty());
        if (proposals.isEmpty()) {
            return;
        }
        JsonNode proposal = proposals.get().get(random.nextInt(proposals.get().size()));
        String decision = proposal.path("decisionId").asText();
        String image = proposal.path("imageId").asText();
        if (!traffic.hold(image)) {
            return;
        }
        try {
            boolean approved = random.nextInt(4) > 0;
            answer(curator, "review/proposals/" + decision + "/answer", Map.of("approved", approved))
                    .filter(answer -> answer.isDone() && approved)
                    .ifPresent(answer -> {
                        List<String> references = new ArrayList<>();
                        answer.body().path("references").forEach(key -> references.add(key.asText()));
                        answers.approved().add(new Approved(decision, references));
                    });
        } finally {
            traffic.release(image);
        }
    }

    /** Repeated until it is answered. */
    private Optional<Answer> answer(Account person, String path, Map<String, ?> body) {
        Optional<Answer> answer = api.ask(person, "POST", path, body, PATIENCE);
        open |= answer.isEmpty();
        return answer;
    }

    private static <T> void remember(List<T> recent, T latest) {
        recent.add(latest);
        if (recent.size() > RECENT) {
            recent.remove(0);
        }
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
