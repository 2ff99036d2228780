package io.bulwark.lab.evaluate;

import io.bulwark.lab.evaluate.ViewModerator.Finding;
import io.bulwark.perception.audit.Disagreement;
import io.bulwark.perception.audit.Drift;
import io.bulwark.perception.audit.TwinAuditor;
import java.util.List;
import java.util.stream.IntStream;

/** What a robust encoder and its twin say of one picture. */
record TwinPair(Finding robust, Finding clean) {

    /** Of pictures in one order. */
    static List<TwinPair> of(List<Finding> robust, List<Finding> clean) {
        return IntStream.range(0, robust.size())
                .mapToObj(i -> new TwinPair(robust.get(i), clean.get(i)))
                .toList();
    }

    private List<Double> drifts() {
        return Drift.byView(List.of(robust.unit()), List.of(clean.unit()));
    }

    Disagreement disagreement() {
        return Disagreement.of(robust.testimony(), clean.testimony(), drifts());
    }

    boolean fires(TwinAuditor auditor) {
        return auditor.inspect(robust.testimony(), clean.testimony(), drifts())
                .signal()
                .fired();
    }
}
