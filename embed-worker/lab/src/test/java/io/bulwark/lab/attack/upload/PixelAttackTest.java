package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.SmallModeration;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PixelAttackTest {

    @TempDir
    Path cache;

    @Test
    void viewsAreFlippedBothWaysWithinTheBound() {
        ThreatModel threat = ThreatModel.linf(8 / 255.0);
        try (SmallModeration moderation = new SmallModeration(cache, ViewPolicy.SQUASH);
                PixelAttack attack = new PixelAttack(
                        moderation.gradients,
                        moderation.moderator.bank(),
                        moderation.references,
                        moderation.settings)) {
            for (AttackGoal goal : AttackGoal.values()) {
                List<View> views = views(moderation, goal == AttackGoal.EVADE);

                PixelAttack.Outcome outcome =
                        attack.run(views, goal, new Apgd(20, 1, EarlyStop.EACH_FOOLED, 1), threat);

                Outcome from = goal == AttackGoal.EVADE ? Outcome.NSFW : Outcome.SAFE;
                assertThat(outcome.views()).hasSize(3).allSatisfy(view -> {
                    assertThat(view.before().outcome()).isEqualTo(from);
                    assertThat(view.after().outcome()).isEqualTo(goal.outcome());
                    assertThat(view.fooled()).isTrue();
                    assertThat(view.linf()).isLessThanOrEqualTo(8 / 255.0 + 1e-6);
                    assertThat(view.l2()).isPositive().isLessThanOrEqualTo(view.linf() * Math.sqrt(3 * 32 * 32) + 1e-6);
                });
                assertThat(outcome.gradientSteps()).isBetween(3L, 60L);
            }
        }
    }

    private static List<View> views(SmallModeration moderation, boolean flagged) {
        Preprocessor squash =
                Preprocessor.moderation(moderation.gradients.description().preprocess(), ViewPolicy.SQUASH);
        List<View> views = new ArrayList<>();
        for (int seed = 77; views.size() < 3; seed++) {
            List<View> one =
                    squash.views(SmallModeration.picture(40, 40, flagged, seed).still());
            Outcome wanted = flagged ? Outcome.NSFW : Outcome.SAFE;
            byte[] file = new UploadFormat.Png().encode(SmallModeration.picture(40, 40, flagged, seed));
            if (moderation.moderator.decide(file).orElseThrow().outcome() == wanted) {
                views.addAll(one);
            }
        }
        return views;
    }
}
