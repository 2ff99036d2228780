package io.bulwark.stream.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.query.Answer.Page;
import io.bulwark.stream.state.StoreKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PageTest {

    @Test
    void aPageGoesNoFurtherThanThePartThatCameLeastFar() {
        var full = new Page<>(List.of("a", "d"), Optional.of("d"));
        var hidden = new Page<String>(List.of(), Optional.of("b"));
        assertThat(Page.of(List.of(full, hidden), Function.identity(), 10))
                .isEqualTo(new Page<>(List.of("a"), Optional.of("b")));
    }

    @Test
    void theLastPageLeadsNowhere() {
        var one = new Page<>(List.of("b"), Optional.empty());
        var other = new Page<>(List.of("a"), Optional.empty());
        assertThat(Page.of(List.of(one, other), Function.identity(), 2))
                .isEqualTo(new Page<>(List.of("a", "b"), Optional.empty()));
        assertThat(Page.of(List.of(one, other), Function.identity(), 1))
                .isEqualTo(new Page<>(List.of("a"), Optional.of("a")));
    }

    /** The stores write the character 0 as U+FFFD, and sort by that. */
    @Test
    void idsThatBeginWithTheCharacterZeroAreListedOnceLikeAllOthers() {
        List<List<String>> partitions = List.of(List.of("a", "~"), List.of("\0b", "\0z"));
        List<String> listed = new ArrayList<>();
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            String from = StoreKey.inKey(after.get());
            List<Page<String>> parts = partitions.stream()
                    .map(ids -> ids.stream()
                            .filter(id -> StoreKey.inKey(id).compareTo(from) > 0)
                            .toList())
                    .map(left -> new Page<>(
                            left.stream().limit(1).toList(),
                            left.stream()
                                    .limit(Math.max(0, left.size() - 1))
                                    .findFirst()
                                    .map(StoreKey::inKey)))
                    .toList();
            Page<String> page = Page.of(parts, Function.identity(), 1);
            listed.addAll(page.values());
            after = page.reached();
        }
        assertThat(listed).containsExactly("a", "~", "\0b", "\0z");
    }

    /** However the ids are spread over partitions, and however little of each is looked at. */
    @Property(tries = 300)
    void pageByPageEveryIdIsListedOnceAndInOrder(
            @ForAll @Size(max = 4) List<@Size(max = 12) Set<@IntRange(min = 0, max = 99) Integer>> partitions,
            @ForAll @IntRange(min = 1, max = 5) int limit,
            @ForAll @IntRange(min = 1, max = 5) int lookedAt) {
        List<TreeSet<String>> apart = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            TreeSet<String> ids = new TreeSet<>();
            for (int id : partitions.get(i)) {
                ids.add("%03d-%d".formatted(id, i)); // an id lies in one partition
            }
            apart.add(ids);
        }
        List<String> listed = new ArrayList<>();
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            String from = after.get();
            Page<String> page = Page.of(
                    apart.stream().map(ids -> part(ids, from, limit, lookedAt)).toList(), Function.identity(), limit);
            assertThat(page.values()).hasSizeLessThanOrEqualTo(limit);
            listed.addAll(page.values());
            after = page.reached();
        }
        TreeSet<String> shown = new TreeSet<>();
        apart.forEach(ids -> ids.stream().filter(PageTest::isShown).forEach(shown::add));
        assertThat(listed).containsExactlyElementsOf(shown);
    }

    private static Page<String> part(TreeSet<String> ids, String after, int limit, int most) {
        List<String> found = new ArrayList<>();
        String last = after;
        int lookedAt = 0;
        for (String id : ids.tailSet(after, false)) {
            if (found.size() == limit || lookedAt == most) {
                return new Page<>(found, Optional.of(last));
            }
            if (isShown(id)) {
                found.add(id);
            }
            last = id;
            lookedAt++;
        }
        return new Page<>(found, Optional.empty());
    }

    private static boolean isShown(String id) {
        return id.charAt(2) % 3 != 0;
    }
}
