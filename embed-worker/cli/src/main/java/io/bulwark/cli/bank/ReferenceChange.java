package io.bulwark.cli.bank;

import io.bulwark.cli.options.ModelChoice;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.Reference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Changes to references that are there already, of a model and where one is named of its twin, all or none. */
record ReferenceChange(BankTopic topic, String bank, List<List<StoredReference>> present) {

    /** Reads what these models' parts of a bank hold now. */
    static ReferenceChange of(BankTopic topic, String bank, List<ModelChoice> models) {
        BankTopic.Content content = topic.read();
        return new ReferenceChange(
                topic,
                bank,
                models.stream()
                        .map(model -> content.of(bank, model.description().fingerprint()))
                        .toList());
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
        topic.putAll(find(ids).stream()
                .map(reference -> new StoredReference(
                        reference.key(),
                        Reference.newBuilder(reference.value())
                                .setDisabledUntil(until)
                                .build()))
                .toList());
        topic.confirm();
    }

    private List<StoredReference> find(List<String> ids) {
        List<StoredReference> found = new ArrayList<>();
        for (int model = 0; model < present.size(); model++) {
            for (String id : ids) {
                found.add(find(id, model));
            }
        }
        return found;
    }

    private StoredReference find(String id, int model) {
        List<StoredReference> ofModel = present.get(model);
        return ofModel.stream()
                .filter(reference -> reference.key().referenceId().equals(id))
                .findFirst()
                .orElseThrow(() -> CommandFailure.failed("bank \"" + bank + "\" has no reference \"" + id + "\" of "
                        + (model == 0 ? "this model" : "the twin") + " among its " + ofModel.size()
                        + "; `bulwark bank list --bank " + bank + "` lists them. Nothing is changed."));
    }
}
