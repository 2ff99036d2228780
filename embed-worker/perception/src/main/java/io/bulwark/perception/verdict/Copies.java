package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import java.util.List;
import java.util.function.Predicate;

/** Which references a picture is a copy of: one rule for deciding and for calibrating. Pure. */
final class Copies {

    private Copies() {}

    /**
     * The references whose own picture is near enough and nearer than any harmless one's: where both are equally near, the
     * picture is a copy of neither. Variants make nothing a copy and clear nothing: pictures of any kind look
     * alike in a frame or a corner.
     *
     * @param alike by their own rows, nearest first
     * @param known the similarity from which a picture is a copy
     * @param harmless whether a reference's label has no action
     * @return copies that are not harmless, nearest first
     */
    static List<Neighbour> among(List<Neighbour> alike, double known, Predicate<Neighbour> harmless) {
        double nearestHarmless = alike.stream()
                .filter(harmless)
                .mapToDouble(Neighbour::ownSimilarity)
                .findFirst()
                .orElse(Double.NEGATIVE_INFINITY);
        return alike.stream()
                .takeWhile(
                        neighbour -> neighbour.ownSimilarity() >= known && neighbour.ownSimilarity() > nearestHarmless)
                .filter(harmless.negate())
                .toList();
    }
}
