package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.bank.BankContents.StoredReference;
import io.bulwark.perception.bank.KnownHashes.SourceFiles;
import io.bulwark.perception.hash.Sha256;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SourceFilesTest {

    @Test
    void whatIsSeenIsWhatWasThereThenAndNothingElse() {
        Random random = new Random(1);
        SourceFiles files = new SourceFiles();
        List<StoredReference> present = new ArrayList<>();
        SourceFiles.Seen before = files.seen();
        List<StoredReference> presentBefore = List.of();
        for (int step = 0; step < 3000; step++) {
            if (random.nextInt(4) > 0) {
                StoredReference added = reference(step, random.nextInt(400), random.nextInt(3));
                files.add(added);
                present.add(added);
            } else if (!present.isEmpty()) {
                files.remove(present.remove(random.nextInt(present.size())));
            }
            if (step % 500 == 250) {
                same(before, presentBefore);
                before = files.seen();
                presentBefore = List.copyOf(present);
            }
        }
        same(files.seen(), present);
        same(before, presentBefore);
    }

    private static void same(SourceFiles.Seen seen, List<StoredReference> present) {
        for (int file = 0; file < 400; file++) {
            Sha256 hash = file(file);
            TreeMap<String, StoredReference> lowest = new TreeMap<>();
            present.stream()
                    .filter(reference -> reference.source().equals(Optional.of(hash)))
                    .sorted(Comparator.comparing(StoredReference::id))
                    .forEach(reference -> lowest.putIfAbsent(reference.label(), reference));
            assertThat(seen.of(hash)).containsExactlyElementsOf(lowest.values());
        }
    }

    private static StoredReference reference(int id, int file, int label) {
        return new StoredReference(
                new LabelledEmbedding("r-" + id, "label-" + label, new float[] {1}, Optional.of(file(file))),
                "label-" + label);
    }

    private static Sha256 file(int number) {
        return Sha256.ofText("file " + number);
    }
}
