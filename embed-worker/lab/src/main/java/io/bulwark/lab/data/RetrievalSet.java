package io.bulwark.lab.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Image-to-image retrieval: queries, and what of a gallery answers each.
 *
 * @param gallery what is searched; answers are its indices
 * @param queries at least one
 */
public record RetrievalSet(List<PictureSource> gallery, List<Query> queries) {

    public RetrievalSet {
        gallery = List.copyOf(gallery);
        queries = List.copyOf(queries);
        for (Query query : queries) {
            for (int index : query.everyIndex()) {
                if (index < 0 || index >= gallery.size()) {
                    throw new IllegalArgumentException("query '%s' names gallery item %d, the gallery has %d"
                            .formatted(query.id(), index, gallery.size()));
                }
            }
        }
    }

    /**
     * A query and its answers by difficulty.
     *
     * @param id unique in the set
     * @param picture what is searched for
     * @param easy gallery items that answer it and are easy to see so
     * @param hard gallery items that answer it and are not
     * @param junk gallery items that count neither way
     */
    public record Query(String id, PictureSource picture, Set<Integer> easy, Set<Integer> hard, Set<Integer> junk) {

        public Query {
            easy = Set.copyOf(easy);
            hard = Set.copyOf(hard);
            junk = Set.copyOf(junk);
        }

        private Set<Integer> everyIndex() {
            return Stream.of(easy, hard, junk).flatMap(Set::stream).collect(Collectors.toSet());
        }
    }

    /**
     * Which answers count: the setups of Radenovic et al., "Revisiting Oxford and Paris", CVPR 2018, section 3.2. The
     * original protocol of Oxford5k and Paris6k is {@link #MEDIUM}.
     */
    public enum Protocol {
        /** Easy answers; hard ones are ignored. */
        EASY,
        /** Easy and hard answers. */
        MEDIUM,
        /** Hard answers; easy ones are ignored. */
        HARD;

        /** Whether a gallery item answers the query. */
        public IntPredicate relevant(Query query) {
            return item -> this != HARD && query.easy().contains(item)
                    || this != EASY && query.hard().contains(item);
        }

        /** Whether a gallery item counts neither way. */
        public IntPredicate ignored(Query query) {
            return item -> query.junk().contains(item)
                    || this == EASY && query.hard().contains(item)
                    || this == HARD && query.easy().contains(item);
        }
    }

    /**
     * The search for copies: every picture is in the gallery, in itself and distorted slightly (the easy answer) and
     * strongly (the hard one); every query is a third distorted copy. For those who have no landmarks.
     *
     * @param seed decides distortions and severities
     */
    public static RetrievalSet ofCopies(List<PictureSource.PictureFile> pictures, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Distortion[] kinds = Distortion.values();
        List<PictureSource> gallery = new ArrayList<>();
        List<Query> queries = new ArrayList<>();
        for (PictureSource.PictureFile picture : pictures) {
            List<PictureSource.Distorted> copies = IntStream.of(1, 2, 4)
                    .mapToObj(severity -> new PictureSource.Distorted(
                            picture, kinds[random.nextInt(kinds.length)], severity, random.nextLong()))
                    .toList();
            int first = gallery.size();
            gallery.add(picture);
            gallery.add(copies.get(1));
            gallery.add(copies.get(2));
            queries.add(
                    new Query(picture.name(), copies.get(0), Set.of(first, first + 1), Set.of(first + 2), Set.of()));
        }
        return new RetrievalSet(gallery, queries);
    }
}
