package io.bulwark.stream.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.outbound.HttpPost.AttemptResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Failures, restarts and hand-overs in any order. A seed that fails is printed by jqwik and can be given to it again. */
class DeliveryRoundsSimulationTest {

    private static final List<AttemptResult> UNAVAILABLE = List.of(
            new AttemptResult.Unavailable("status 503", Optional.empty(), false),
            new AttemptResult.Unavailable("status 429", Optional.of(Duration.ofSeconds(2)), false));

    private static final Duration TICK = Duration.ofMillis(300);

    @Property(tries = 100)
    void eachEventIsDeliveredAtLeastOnceAndThoseOfAnImageInTheirOrder(@ForAll long seed) {
        var chance = new Random(seed);
        var rig = new OutboundRig(seed);
        rig.slow = true;
        rig.peer = (id, attempt) -> chance.nextInt(3) == 0
                ? UNAVAILABLE.get(chance.nextInt(UNAVAILABLE.size()))
                : new AttemptResult.Taken();
        Map<String, List<String>> byImage = new HashMap<>();
        for (int step = 0; step < 150; step++) {
            switch (chance.nextInt(8)) {
                case 0, 1, 2 -> {
                    String image = "image-" + chance.nextInt(5);
                    byImage.computeIfAbsent(image, none -> new ArrayList<>()).add(rig.write(image));
                }
                case 3 -> rig.outcomes();
                case 4 -> {
                    if (chance.nextInt(6) == 0) {
                        rig.restart();
                    }
                }
                default -> rig.rounds(1, TICK);
            }
        }
        rig.peer = (id, attempt) -> new AttemptResult.Taken();
        for (int i = 0; i < 400 && !rig.allCommitted(); i++) {
            rig.rounds(1, Duration.ofSeconds(5));
            rig.outcomes();
        }

        assertThat(rig.allCommitted()).isTrue();
        assertThat(rig.setAside()).isEmpty();
        List<String> firsts = new ArrayList<>(new LinkedHashSet<>(rig.taken));
        byImage.values().forEach(ids -> {
            assertThat(firsts.stream().filter(ids::contains))
                    .as("each first time")
                    .containsExactlyElementsOf(ids);
        });
    }
}
