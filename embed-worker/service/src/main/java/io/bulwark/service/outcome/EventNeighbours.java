package io.bulwark.service.outcome;

import io.bulwark.events.Neighbour;
import java.util.List;

/** Neighbours in the words of the schema. */
final class EventNeighbours {

    private EventNeighbours() {}

    /** In the same order. */
    static List<Neighbour> of(List<io.bulwark.perception.bank.Neighbour> neighbours) {
        return neighbours.stream()
                .map(each -> new Neighbour(
                        each.referenceId(),
                        each.label(),
                        each.similarity(),
                        each.variant().orElse(null)))
                .toList();
    }
}
