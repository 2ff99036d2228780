package io.bulwark.lab.evaluate.policy;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.KnnLoss;
import io.bulwark.lab.attack.loss.PolicyDecision;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.attack.loss.Voters;
import io.bulwark.lab.attack.upload.FileModerator;
import io.bulwark.lab.attack.upload.WatchedObjective.TwinWatch;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A moderation and what its attacker knows: the encoder's gradients, all references, the policy. One thread; holds
 * native memory.
 */
final class AttackedModeration implements AutoCloseable {

    /** Scores no nearer than this to 0 and 1 are told apart: their log-odds would have no end. */
    private static final double CERTAIN = 1e-6;

    private final DifferentiableEncoder encoder;
    private final FileModerator moderator;
    private final VotingPolicy policy;
    private final ReferenceGroups sides;
    private final Map<AttackGoal, ReferenceGroups> wanted = new EnumMap<>(AttackGoal.class);
    private Optional<AttackedModeration> twin = Optional.empty();

    /**
     * @param encoder the moderator's model in fp32; not closed by this
     * @param moderator decides files; not closed by this
     * @param references the moderator's
     * @throws IllegalArgumentException if the moderator runs another model, or in another precision
     */
    AttackedModeration(
            DifferentiableEncoder encoder,
            FileModerator moderator,
            List<LabelledEmbedding> references,
            PolicySettings settings) {
        String fingerprint = encoder.description().fingerprint();
        if (!moderator.encoder().description().fingerprint().equals(fingerprint)) {
            throw new IllegalArgumentException("the moderator runs the model %s, gradients are of %s: open both in fp32"
                    .formatted(moderator.encoder().description().fingerprint(), fingerprint));
        }
        this.encoder = encoder;
        this.moderator = moderator;
        this.policy = new VotingPolicy(settings);
        sides = ReferenceGroups.byFlag(fingerprint, references, settings.flaggedLabels());
        for (AttackGoal goal : AttackGoal.values()) {
            wanted.put(goal, ReferenceGroups.byWanted(fingerprint, references, settings.flaggedLabels(), goal));
        }
    }

    /**
     * Has another encoder hold back what it does not call SAFE as well, as a worker's twin does.
     *
     * @param other sees the same views; not closed by this
     */
    AttackedModeration heldBackBy(AttackedModeration other) {
        twin = Optional.of(other);
        return this;
    }

    /** What holds back, where something does. */
    Optional<AttackedModeration> twin() {
        return twin;
    }

    /** Decides a file, by both encoders of a pair; empty where the decoder refuses it. */
    Optional<Judgement> decide(byte[] file) {
        return twin.map(other -> new TwinWatch(moderator, other.moderator)
                        .look(file)
                        .map(both -> both.robust()
                                .scored()
                                .heldBackBy(both.clean().scored())
                                .judgement()))
                .orElseGet(() -> moderator.decide(file));
    }

    /**
     * Decides about the encoder's input, by both encoders of a pair.
     *
     * @param pixels {@code [3, H, W]}
     */
    Judgement decide(float[] pixels) {
        ScoredImage own = views().of(pixels, 1).get(0).scored();
        return twin.map(other ->
                        own.heldBackBy(other.views().of(pixels, 1).get(0).scored()))
                .orElse(own)
                .judgement();
    }

    /** The loss of the sides at which a picture is SAFE by this encoder. */
    double lossOfSafe() {
        double safe =
                Math.max(CERTAIN, Math.min(1 - CERTAIN, settings().thresholds().safe()));
        return settings().temperature() * Math.log((1 - safe) / safe);
    }

    DifferentiableEncoder encoder() {
        return encoder;
    }

    FileModerator moderator() {
        return moderator;
    }

    /** By which it is decided. */
    public PolicySettings settings() {
        return policy.settings();
    }

    /** The version of the policy, which names all of its settings. */
    public String policyVersion() {
        return policy.version();
    }

    /** What decides about the encoder's input. */
    private PolicyDecision.ViewDecisions views() {
        return new PolicyDecision.ViewDecisions(encoder, moderator.bank(), policy);
    }

    /** All that an attacker may raise, by name; of one picture. */
    Map<String, EmbeddingLoss> losses(AttackGoal goal) {
        PolicyDecision decision = new PolicyDecision(moderator.bank(), policy, goal);
        KnnLoss bySides = decision.loss(sides, 1);
        Map<String, EmbeddingLoss> losses = new LinkedHashMap<>();
        losses.put("sides", bySides);
        losses.put("vote", bySides.by(new Voters.Together()));
        if (settings().floor() > KnnLoss.NO_FLOOR) {
            // Where all is familiar, the pull towards a reference only distracts.
            losses.put("sides, whatever the floor", bySides.above(KnnLoss.NO_FLOOR));
        }
        ReferenceGroups labels = wanted.get(goal);
        List<String> targets = targets(goal);
        // One label alone is the other side, which is raised already.
        for (String label : targets.size() > 1 ? targets : List.<String>of()) {
            losses.put("towards " + label, decision.loss(labels, 1).by(new Voters.Towards(label)));
        }
        return losses;
    }

    /** The labels that an attacker may want a picture to be taken for. */
    private List<String> targets(AttackGoal goal) {
        String own = ReferenceGroups.left(goal);
        return wanted.get(goal).names().stream()
                .filter(name -> !name.equals(own))
                .toList();
    }

    @Override
    public void close() {
        sides.close();
        wanted.values().forEach(ReferenceGroups::close);
    }
}
