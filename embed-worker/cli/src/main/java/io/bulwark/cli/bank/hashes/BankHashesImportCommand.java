package io.bulwark.cli.bank.hashes;

import io.bulwark.cli.bank.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.cli.bank.StoredReference;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.perception.hash.InvalidHashListException;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedPicture;
import io.bulwark.perception.hash.MatchRule;
import io.bulwark.perception.hash.ReadReport;
import io.bulwark.schemas.topic.ReferenceKey;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank hashes import}. */
@Command(
        name = "import",
        description =
                "Adds the entries of a hash list to a bank. Nothing is written unless the whole list can be read.")
final class BankHashesImportCommand implements Callable<Integer> {

    private static final int LEAST_QUALITY = MatchRule.recommended().minQuality();

    @Mixin
    private OutputOptions options;

    @Mixin
    private BankName bank;

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            required = true,
            description = "The label of entries that have none of their own; the policy says what is done about it.")
    private String label;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "CSV",
            description = "CSV with a header (as `threatexchange dataset --csv` prints it), or one hash a line: "
                    + "PDQ or SHA256.")
    private HashListFormat format;

    @Option(
            names = "--replace",
            description =
                    "Remove the bank's entries under --label, and under the labels in the list, that the list lacks.")
    private boolean replace;

    @Option(
            names = "--added-by",
            paramLabel = "WHO",
            defaultValue = "${sys:user.name}",
            description = "Written into each entry.")
    private String addedBy;

    @Parameters(paramLabel = "FILE", description = "The list to read, UTF-8.")
    private Path file;

    @Override
    public Integer call() {
        List<ListedHash> entries = new ArrayList<>();
        ReadReport report = read(entries);
        int read = entries.size();
        entries.removeIf(BankHashesImportCommand::isOfLittleQuality);
        int removed = write(entries);
        Output output = options.output();
        report.skipped().forEach((what, count) -> output.note("left out " + count + " of " + what));
        if (entries.size() < read) {
            output.note("left out " + (read - entries.size()) + " PDQ hashes of a quality below " + LEAST_QUALITY
                    + ", which match strangers");
        }
        Set<String> labels = entries.stream().map(ListedHash::label).collect(Collectors.toCollection(TreeSet::new));
        output.note("labels: " + String.join(", ", labels)
                + ". They are flagged unless the policy says otherwise (bulwark.policy.labels)");
        output.print(
                "imported " + entries.size() + " hashes from " + file + (removed == 0 ? "" : ", removed " + removed),
                Map.of("imported", entries.size(), "removed", removed, "read", report.entries()));
        return ExitCodes.OK;
    }

    private ReadReport read(List<ListedHash> into) {
        try (Reader list = Files.newBufferedReader(file)) {
            return format.read(list, label, into::add);
        } catch (InvalidHashListException invalid) {
            throw CommandFailure.failed(file + ", line " + invalid.line() + ": " + invalid.getMessage(), invalid);
        } catch (IOException unreadable) {
            throw CommandFailure.failed("the list " + file + " cannot be read: " + unreadable, unreadable);
        }
    }

    private static boolean isOfLittleQuality(ListedHash entry) {
        return entry instanceof ListedPicture picture && picture.quality().orElse(LEAST_QUALITY) < LEAST_QUALITY;
    }

    private int write(List<ListedHash> entries) {
        Instant now = Instant.now();
        Set<ReferenceKey> keys = new HashSet<>();
        Set<String> labels = new HashSet<>(Set.of(label));
        int removed = 0;
        try (BankTopic topic = bank.topic()) {
            for (ListedHash entry : entries) {
                ReferenceKey key = HashEntry.key(bank.name(), entry);
                keys.add(key);
                labels.add(entry.label());
                topic.put(key, HashEntry.reference(entry, addedBy, now));
            }
            if (replace) {
                for (StoredReference stored : topic.read().of(bank.name())) {
                    boolean gone = HashEntry.is(stored.key())
                            && labels.contains(stored.value().getLabel())
                            && !keys.contains(stored.key());
                    if (gone) {
                        topic.remove(stored.key());
                        removed++;
                    }
                }
            }
            topic.confirm();
        }
        return removed;
    }
}
