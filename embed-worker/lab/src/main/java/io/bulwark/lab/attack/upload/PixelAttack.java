package io.bulwark.lab.attack.upload;

import io.bulwark.imaging.preprocess.View;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.loss.KnnLoss;
import io.bulwark.lab.attack.loss.PolicyDecision;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Changes what the encoder sees: the track <i>pixels after resize</i>, the paper's. Pixels are set as floats, and no
 * file is made. One thread; holds native memory.
 */
public final class PixelAttack implements AutoCloseable {

    private final DifferentiableEncoder encoder;
    private final Bank bank;
    private final VotingPolicy policy;
    private final ReferenceGroups groups;

    /**
     * @param encoder whose input is changed; not closed by this
     * @param bank of that encoder; not closed by this
     * @param references the bank's
     * @param settings of the policy
     */
    public PixelAttack(
            DifferentiableEncoder encoder, Bank bank, List<LabelledEmbedding> references, PolicySettings settings) {
        this.encoder = encoder;
        this.bank = bank;
        this.policy = new VotingPolicy(settings);
        this.groups = ReferenceGroups.byFlag(encoder.description().fingerprint(), references, settings.flaggedLabels());
    }

    /**
     * A view that was attacked.
     *
     * @param pixels {@code [3, H, W]} in [0, 1]
     * @param before the decision about the clean view
     * @param after the decision about the pixels
     * @param fooled whether it is the one that the attacker wants
     * @param linf largest change of a value
     * @param l2 Euclidean length of the change
     */
    public record AttackedView(
            float[] pixels, Judgement before, Judgement after, boolean fooled, double linf, double l2) {}

    /**
     * The result of a batch.
     *
     * @param views in their order
     * @param gradientSteps forward and backward passes, summed over views
     * @param queries forward passes alone, summed over views
     */
    public record Outcome(List<AttackedView> views, long gradientSteps, long queries) {

        public Outcome {
            views = List.copyOf(views);
        }
    }

    /**
     * Attacks views, one for each picture.
     *
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Outcome run(List<View> views, AttackGoal goal, Attack attack, ThreatModel threat) {
        int count = views.size();
        float[] clean = UploadPath.planes(views);
        KnnLoss loss = new PolicyDecision(bank, policy, goal).loss(groups, count);
        Attack.AttackResult result =
                attack.run(EncoderObjective.of(encoder, loss), threat, clean, count, Attack.Watch.silent());
        threat.verify(clean, result.pixels(), count).require();
        double[] linf =
                ThreatModel.linf(0).verify(clean, result.pixels(), count).sizes();
        double[] l2 = ThreatModel.l2(0).verify(clean, result.pixels(), count).sizes();
        List<Judgement> before = decide(clean, count);
        List<Judgement> after = decide(result.pixels(), count);
        List<AttackedView> attacked = new ArrayList<>();
        int length = clean.length / count;
        for (int i = 0; i < count; i++) {
            attacked.add(new AttackedView(
                    Arrays.copyOfRange(result.pixels(), i * length, (i + 1) * length),
                    before.get(i),
                    after.get(i),
                    after.get(i).outcome() == goal.outcome(),
                    linf[i],
                    l2[i]));
        }
        return new Outcome(attacked, result.gradientSteps(), result.queries());
    }

    private List<Judgement> decide(float[] pixels, int count) {
        return new PolicyDecision.ViewDecisions(encoder, bank, policy)
                .of(pixels, count).stream()
                        .map(decided -> decided.scored().judgement())
                        .toList();
    }

    @Override
    public void close() {
        groups.close();
    }
}
