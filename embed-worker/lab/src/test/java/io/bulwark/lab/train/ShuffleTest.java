package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.train.Seeds.Shuffle;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ShuffleTest {

    @Property(tries = 50)
    void everyEpochHoldsEveryPictureOnce(@ForAll @IntRange(min = 1, max = 200) int size, @ForAll long seed) {
        Shuffle shuffle = new Shuffle(size, seed);

        for (int epoch = 0; epoch < 3; epoch++) {
            int from = epoch * size;
            assertThat(IntStream.range(0, size)
                            .map(i -> shuffle.at((long) from + i))
                            .sorted())
                    .containsExactlyElementsOf(IntStream.range(0, size).boxed().toList());
        }
    }

    @Property(tries = 50)
    void aPositionHoldsTheSamePictureHoweverItIsReached(
            @ForAll @IntRange(min = 2, max = 100) int size,
            @ForAll long seed,
            @ForAll @IntRange(max = 1000) int position) {
        Shuffle steady = new Shuffle(size, seed);
        for (int i = 0; i < position; i++) {
            steady.at(i);
        }

        assertThat(new Shuffle(size, seed).at(position)).isEqualTo(steady.at(position));
    }
}
