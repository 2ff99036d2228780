package io.bulwark.cli.bank.hashes;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.bank.BankOptions.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.perception.hash.CsvHashList;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.HashList.InvalidHashListException;
import io.bulwark.perception.hash.HashList.MatchRule;
import io.bulwark.perception.hash.HashList.ReadReport;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.hash.TextHashList;
import io.bulwark.schemas.topic.ReferenceKey;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank hashes}. */
@Command(
        name = "hashes",
        description =
                "Brings lists of hashes of known content (SHA-256, SHA-1, MD5, and PDQ, Meta's perceptual hash) into a bank. An "
                        + "upload on a flagged list is flagged whatever the vote says.",
        subcommands = {
            BankHashesCommand.BankHashesImportCommand.class,
            BankHashesCommand.BankHashesExportCommand.class,
            BankHashesCommand.BankHashesRemoveCommand.class,
            BankHashesDisableCommand.class,
            BankHashesSyncCommand.class,
            BankHashesCheckCommand.class
        })
public final class BankHashesCommand {

    /** {@code bulwark bank hashes export}. */
    @Command(
            name = "export",
            description =
                    "Writes a bank's hashes as a list for others: those of imported lists, and the SHA-256 of the files "
                            + "that its references were made from. Entries of exchanges' lists and of restricted labels "
                            + "are left out.")
    static final class BankHashesExportCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private BankName bank;

        @Option(names = "--label", paramLabel = "LABEL", description = "Only entries of this label (default: all).")
        private String label;

        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                defaultValue = "CSV",
                description = "CSV for all; PDQ, SHA256, SHA1 or MD5 for one hash a line of that kind.")
        private HashListFormat format;

        @Parameters(paramLabel = "FILE", description = "The file to write; what it held is replaced.")
        private Path file;

        @Override
        public Integer call() {
            List<ListedHash> entries;
            try (BankTopic topic = bank.topic()) {
                Set<String> restricted = bank.restrictedLabels();
                entries = topic
                        .find(
                                bank.name(),
                                (key, reference) ->
                                        reference.getListing() != null || restricted.contains(reference.getLabel())
                                                ? Optional.empty()
                                                : hash(new StoredReference(key, reference))
                                                        .filter(entry -> label == null
                                                                || entry.label().equals(label)))
                        .stream()
                        .distinct()
                        .toList();
            }
            if (entries.isEmpty()) {
                throw CommandFailure.failed(
                        "there is nothing to export: the bank " + bank.name() + " knows no hash"
                                + (label == null ? "" : " of label " + label),
                        null);
            }
            try (Writer list = Files.newBufferedWriter(file)) {
                int written = format.write(entries, list);
                output().print("exported " + written + " hashes to " + file, Map.of("exported", written));
                return ExitCodes.OK;
            } catch (IOException unwritable) {
                throw CommandFailure.failed("the list " + file + " cannot be written: " + unwritable, unwritable);
            }
        }

        private static Optional<ListedHash> hash(StoredReference stored) {
            if (HashEntry.is(stored.key())) {
                return HashEntry.of(stored);
            }
            return Optional.ofNullable(stored.value().getSourceSha256())
                    .flatMap(Sha256::find)
                    .map(hash -> new ListedFile(
                            hash, stored.key().referenceId(), stored.value().getLabel()));
        }
    }

    /** {@code bulwark bank hashes import}. */
    @Command(
            name = "import",
            description =
                    "Adds the entries of a hash list to a bank. Nothing is written unless the whole list can be read.")
    static final class BankHashesImportCommand extends OutputCommand implements Callable<Integer> {

        private static final int LEAST_QUALITY = MatchRule.recommended().minQuality();

        @Mixin
        private BankName bank;

        @Option(
                names = "--label",
                paramLabel = "LABEL",
                required = true,
                description =
                        "The label of entries that have none of their own; the policy says what is done about it.")
        private String label;

        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                defaultValue = "CSV",
                description = "CSV with a header (as `threatexchange dataset --csv` prints it), or one hash a line: "
                        + "PDQ, SHA256, SHA1 or MD5.")
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
            Output output = output();
            report.skipped().forEach((what, count) -> output.note("left out " + count + " of " + what));
            if (entries.size() < read) {
                output.note("left out " + (read - entries.size()) + " PDQ hashes of a quality below " + LEAST_QUALITY
                        + ", which match strangers");
            }
            Set<String> labels = entries.stream().map(ListedHash::label).collect(Collectors.toCollection(TreeSet::new));
            output.note("labels: " + String.join(", ", labels)
                    + ". They are flagged unless the policy says otherwise (bulwark.policy.labels)");
            output.print(
                    "imported " + entries.size() + " hashes from " + file
                            + (removed == 0 ? "" : ", removed " + removed),
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
                    Collection<ReferenceKey> gone = topic.find(
                            bank.name(),
                            (key, reference) -> Optional.of(key)
                                    .filter(there -> HashEntry.is(there)
                                            && reference.getListing() == null
                                            && labels.contains(reference.getLabel())
                                            && !keys.contains(there)));
                    gone.forEach(topic::remove);
                    removed = gone.size();
                }
                topic.confirm();
            }
            return removed;
        }
    }

    /** {@code bulwark bank hashes remove}. */
    @Command(
            name = "remove",
            description = "Removes hashes from a bank, under whatever label they stand there: what a list has wrongly.")
    static final class BankHashesRemoveCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private BankName bank;

        @Parameters(
                arity = "1..*",
                paramLabel = "HASH",
                description = "Hexadecimal digits: 64 of SHA-256 or PDQ, 40 of SHA-1, 32 of MD5.")
        private List<String> hashes;

        @Override
        public Integer call() {
            try (BankTopic topic = bank.topic()) {
                Collection<StoredReference> there = HashEntry.withHashes(topic, bank.name(), hashes);
                for (String hash : hashes) {
                    if (there.stream().noneMatch(stored -> HashEntry.isOf(stored.key(), hash))) {
                        throw CommandFailure.failed(
                                "the bank " + bank.name() + " has no hash " + hash + ". Nothing is changed", null);
                    }
                }
                if (there.stream().anyMatch(stored -> stored.value().getListing() != null)) {
                    throw CommandFailure.failed("an exchange's list has one of these hashes, and a sync could bring it "
                            + "back: use `bulwark bank hashes disable`. Nothing is changed");
                }
                there.forEach(stored -> topic.remove(stored.key()));
                topic.confirm();
            }
            hashes.forEach(hash -> output().print("removed " + hash, Map.of("removed", hash)));
            return ExitCodes.OK;
        }
    }

    /** How a hash list is written down. */
    enum HashListFormat {
        /** A table with a header; all kinds of hashes. */
        CSV,
        /** One PDQ hash a line. */
        PDQ,
        /** One SHA-256 a line, as {@code sha256sum} prints it. */
        SHA256,
        /** One SHA-1 a line. */
        SHA1,
        /** One MD5 a line. */
        MD5;

        ReadReport read(Reader file, String label, Consumer<ListedHash> into) throws IOException {
            return switch (this) {
                case CSV -> CsvHashList.read(file, label, into);
                case PDQ -> TextHashList.readPdq(file, label, into);
                case SHA256 -> TextHashList.readSha256(file, label, into);
                case SHA1 -> TextHashList.readDigests(file, FileDigest.Kind.SHA1, label, into);
                case MD5 -> TextHashList.readDigests(file, FileDigest.Kind.MD5, label, into);
            };
        }

        /** Writes the entries that the format has a place for; answers how many. */
        int write(List<ListedHash> entries, Writer file) throws IOException {
            switch (this) {
                case CSV -> CsvHashList.write(entries, file);
                case PDQ -> TextHashList.writePdq(of(entries, ListedPicture.class), file);
                case SHA256 -> TextHashList.writeSha256(of(entries, ListedFile.class), file);
                case SHA1 -> TextHashList.writeDigests(of(entries, FileDigest.Kind.SHA1), file);
                case MD5 -> TextHashList.writeDigests(of(entries, FileDigest.Kind.MD5), file);
            }
            return switch (this) {
                case CSV -> entries.size();
                case PDQ -> of(entries, ListedPicture.class).size();
                case SHA256 -> of(entries, ListedFile.class).size();
                case SHA1 -> of(entries, FileDigest.Kind.SHA1).size();
                case MD5 -> of(entries, FileDigest.Kind.MD5).size();
            };
        }

        private static List<ListedDigest> of(List<ListedHash> entries, FileDigest.Kind kind) {
            return of(entries, ListedDigest.class).stream()
                    .filter(entry -> entry.hash().kind() == kind)
                    .toList();
        }

        private static <T> List<T> of(List<ListedHash> entries, Class<T> kind) {
            return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }
}
