package io.bulwark.lab.bank;

import io.bulwark.events.Reference;
import io.bulwark.lab.terminal.CommandFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Changes to references that are there already. */
final class ReferenceChange {

    private final BankTopic topic;
    private final String bank;
    private final List<StoredReference> present;

    /** Reads what one model's part of a bank holds now. */
    ReferenceChange(BankTopic topic, String bank, String modelFingerprint) {
        this.topic = topic;
        this.bank = bank;
        present = topic.read().of(bank, modelFingerprint);
    }

    /**
     * Removes references by tombstones.
     *
     * @throws CommandFailure if one of them is not there; then none is removed
     */
    void remove(List<String> ids) {
        find(ids).forEach(reference -> topic.remove(reference.key()));
        topic.confirm();
    }

    /**
     * Keeps references from voting before a moment; a moment that has passed lets them vote again.
     *
     * @throws CommandFailure if one of them is not there; then none is changed
     */
    void disable(List<String> ids, Instant until) {
        for (StoredReference reference : find(ids)) {
            topic.put(
                    reference.key(),
                    Reference.newBuilder(reference.value())
                            .setDisabledUntil(until)
                            .build());
        }
        topic.confirm();
    }

    private List<StoredReference> find(List<String> ids) {
        List<StoredReference> found = new ArrayList<>();
        for (String id : ids) {
            found.add(present.stream()
                    .filter(reference -> reference.key().referenceId().equals(id))
                    .findFirst()
                    .orElseThrow(() -> CommandFailure.failed("bank \"" + bank + "\" has no reference \"" + id
                            + "\" of this model among its " + present.size() + "; `bulwark bank list --bank " + bank
                            + "` lists them. Nothing is changed.")));
        }
        return found;
    }
}
