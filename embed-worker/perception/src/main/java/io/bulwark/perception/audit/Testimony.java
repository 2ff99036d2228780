package io.bulwark.perception.audit;

import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Opinion;
import java.util.List;

/**
 * What one encoder of a pair says of an image.
 *
 * @param judgement the decision
 * @param opinions what it was decided by, one a view
 */
public record Testimony(Judgement judgement, List<Opinion> opinions) {

    /** The nearest references of a view, nearest first. */
    public List<Neighbour> neighbours(int view) {
        return opinions.get(view).neighbours();
    }
}
