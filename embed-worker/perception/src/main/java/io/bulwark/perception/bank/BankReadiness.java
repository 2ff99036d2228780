package io.bulwark.perception.bank;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whether verdicts may be given by a bank; if not, the reason and the command that fixes it. */
public sealed interface BankReadiness {

    /** One sentence for people. */
    String message();

    /** Verdicts may be given. */
    record Ready(String message) implements BankReadiness {}

    /** The bank has no reference that votes. */
    record Empty(String message) implements BankReadiness {}

    /** All references have one label, or all are on one side of the policy: every image would get one answer. */
    record OneLabel(String message) implements BankReadiness {}

    /** The references were made by another encoder; embeddings of two encoders are never compared. */
    record OtherFingerprint(String message) implements BankReadiness {}

    /**
     * Judges a snapshot by itself, whatever policy decides by it.
     *
     * @param bankName as {@code bulwark.bank.name} says
     * @param modelOptions what the {@code bulwark bank} commands have to be told so that their references are of the
     *     running encoder, such as {@code --model DIR}; empty where it is their default
     * @param bank the references of the running encoder
     * @param modelFingerprint of the running encoder
     * @param otherModels how many references the topic has under this bank's name by other encoders' fingerprints
     */
    static BankReadiness of(
            String bankName,
            String modelOptions,
            Bank bank,
            String modelFingerprint,
            Map<String, Integer> otherModels) {
        String options = options(bankName, modelOptions);
        Map<String, Integer> others = new TreeMap<>(otherModels);
        if (bank.size() > 0 && !bank.modelFingerprint().equals(modelFingerprint)) {
            others.merge(bank.modelFingerprint(), bank.size(), Integer::sum);
            return otherFingerprint(bankName, options, modelFingerprint, others);
        }
        if (bank.size() == 0) {
            return others.isEmpty()
                    ? empty(bankName, options)
                    : otherFingerprint(bankName, options, modelFingerprint, others);
        }
        Set<String> labels = new TreeSet<>(bank.labels());
        if (labels.size() == 1) {
            return new OneLabel("All " + bank.size() + " references of bank \"" + bankName + "\" are labelled \""
                    + labels.iterator().next()
                    + "\", at least two labels are needed: add pictures of another label with "
                    + "`bulwark bank add " + options + " FOLDER`.");
        }
        return new Ready(
                "Bank \"" + bankName + "\" has " + bank.size() + " references of " + labels.size() + " labels.");
    }

    /**
     * Judges a snapshot together with the one policy that decides by it.
     *
     * @param flaggedLabels as {@code bulwark.policy.flagged-labels} says
     */
    static BankReadiness of(
            String bankName,
            String modelOptions,
            Bank bank,
            String modelFingerprint,
            Map<String, Integer> otherModels,
            Set<String> flaggedLabels) {
        BankReadiness byItself = of(bankName, modelOptions, bank, modelFingerprint, otherModels);
        if (!(byItself instanceof Ready)) {
            return byItself;
        }
        return oneSided(bank.labels(), flaggedLabels)
                .<BankReadiness>map(share -> new OneLabel(share + " of the labels of bank \"" + bankName
                        + "\" are flagged by the policy: the bank has " + new TreeSet<>(bank.labels())
                        + ", flagged are " + new TreeSet<>(flaggedLabels)
                        + ". Set bulwark.policy.flagged-labels to some of the bank's labels, "
                        + "or add pictures of the missing side with `bulwark bank add "
                        + options(bankName, modelOptions) + " FOLDER`."))
                .orElse(byItself);
    }

    /**
     * Whether a policy flags {@code All} or {@code None} of a bank's labels, so that every image would get one answer;
     * empty where it flags some of them.
     */
    static Optional<String> oneSided(Set<String> labels, Set<String> flagged) {
        if (labels.stream().noneMatch(flagged::contains)) {
            return Optional.of("None");
        }
        return flagged.containsAll(labels) ? Optional.of("All") : Optional.empty();
    }

    private static String options(String bankName, String modelOptions) {
        return "--bank " + bankName + (modelOptions.isEmpty() ? "" : " " + modelOptions);
    }

    private static BankReadiness empty(String bankName, String options) {
        return new Empty("Bank \"" + bankName + "\" has no references that vote: build it with `bulwark bank build "
                + options
                + " FOLDER`, where FOLDER has one folder of pictures for each label, or set bulwark.bank.name "
                + "to another bank.");
    }

    private static BankReadiness otherFingerprint(
            String bankName, String options, String modelFingerprint, Map<String, Integer> others) {
        int references = others.values().stream().mapToInt(Integer::intValue).sum();
        return new OtherFingerprint("The " + references + " references of bank \"" + bankName
                + "\" were made by another model (fingerprint " + String.join(", ", others.keySet())
                + ") than the one that runs (" + modelFingerprint
                + "): build the bank for this model with `bulwark bank "
                + "build " + options + " FOLDER`, or set bulwark.model to the model that made it.");
    }
}
