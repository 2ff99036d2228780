package io.bulwark.stream.review;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.picture.PreviewClient.Picture;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The picture of an item, for the reviewer who holds it and for seniors: the kept one, else the preview's.
 * Thread-safe.
 */
public final class ItemPictures {

    private final Database database;
    private final Optional<EvidenceKeys> keys;
    private final Function<PreviewQuestion, Picture> preview;

    ItemPictures(Database database, Optional<EvidenceKeys> keys, Function<PreviewQuestion, Picture> preview) {
        this.database = database;
        this.keys = keys;
        this.preview = preview;
    }

    /**
     * The picture of an item's content. That it was given stands in the audit log before it is.
     *
     * @param strip whether all judged frames are wanted
     * @throws ProblemException where there is no such item or picture, or this person may not see it
     */
    public Picture show(Person person, UUID itemId, boolean strip) {
        Found found = database.inTenant(person.tenant(), handle -> {
            ItemRow item = ItemRow.read(handle, person.tenant(), itemId);
            requireSight(person, item);
            String sha256 = item.candidate().contentSha256();
            // A golden copy is shown what was kept for the item that it is a copy of.
            UUID original = item.goldenAnswer().isPresent() ? QueueIntake.itemId(item.candidate()) : itemId;
            var subject = new EvidenceKeys.Subject(person.tenant(), original, sha256, strip);
            return new Found(item, keys.flatMap(known -> Evidence.find(handle, known, subject)));
        });
        Picture picture = found.kept().orElseGet(() -> asked(found.item(), strip));
        database.inTenant(
                person.tenant(),
                handle -> person.log(handle, "picture.fetched", "item/" + itemId, Map.of("strip", strip)));
        return picture;
    }

    private record Found(ItemRow item, Optional<Picture> kept) {}

    private Picture asked(ItemRow item, boolean strip) {
        return Optional.ofNullable(item.candidate().upload())
                .filter(upload -> PreviewQuestion.isOfUploads(upload.topic()))
                .map(upload -> preview.apply(new PreviewQuestion(
                        upload.topic(),
                        upload.partition(),
                        upload.offset(),
                        item.candidate().contentSha256(),
                        strip)))
                .orElseThrow(() -> Problem.PICTURE_GONE.with("It is not known where the upload of this item lies."));
    }

    private static void requireSight(Person person, ItemRow item) {
        Optional<ItemRow.Lease> own =
                item.claim().filter(lease -> lease.holder().equals(person.name()));
        boolean holds = own.filter(lease -> lease.until().isAfter(item.now())).isPresent();
        if (holds || person.isSenior()) {
            return;
        }
        throw own.isPresent()
                ? Problem.LEASE_LOST.with("The claim of item " + item.itemId() + " ran out; claim again.")
                : Problem.NOT_ALLOWED.with(
                        "The picture of item " + item.itemId() + " is shown to the reviewer who holds it.");
    }
}
