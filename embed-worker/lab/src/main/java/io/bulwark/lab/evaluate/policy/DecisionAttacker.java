package io.bulwark.lab.evaluate.policy;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.blackbox.HopSkipJump;
import io.bulwark.lab.attack.upload.UploadObjective;
import io.bulwark.lab.evaluate.policy.Surface.Shot;
import java.util.List;
import java.util.Map;

/**
 * An attacker who sees decisions alone ({@link HopSkipJump}) and has pictures of his own to start from.
 *
 * @param queries for each picture, at least 1
 * @param starts pictures that may have the outcome that he wants, for each goal at least one; tried in this order
 */
public record DecisionAttacker(int queries, Map<AttackGoal, List<UprightPicture>> starts) {

    public DecisionAttacker {
        starts = Map.copyOf(starts);
        if (queries < 1) {
            throw new IllegalArgumentException(
                    "%d queries that see decisions, allowed are 1 and more".formatted(queries));
        }
    }

    HopSkipJump attack(Shot shot, AttackGoal goal, long seed) {
        List<float[]> resized = starts.get(goal).stream()
                .map(start -> UploadObjective.pixels(List.of(start.resized(shot.width(), shot.height()))))
                .toList();
        return new HopSkipJump(queries, shot.height(), shot.width(), HopSkipJump.DEFAULT_GRAIN, resized, seed);
    }
}
