package io.bulwark.stream.flagged;

import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.Texts;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;

/**
 * How the index lies in its stores and its internal topic: a format byte, in a change its kind (byte), then the fields in
 * their order; texts as {@link Texts} has them, instants in milliseconds (long), embeddings behind their length (int).
 */
public final class FlaggedLayout {

    private static final StateLayout LAYOUT = new StateLayout("the flagged index", (byte) 1);
    private static final byte FLAG = 1;
    private static final byte UNFLAG = 2;
    private static final byte SAFE = 3;
    private static final byte LIFT = 4;
    private static final byte FORGET = 5;

    private FlaggedLayout() {}

    /** Of changes on their way from image to tenant. */
    public static Serde<FlaggedChange> changes() {
        return LAYOUT.serde(FlaggedLayout::write, FlaggedLayout::readChange);
    }

    /** Of contents in the store. */
    public static Serde<FlaggedMember> members() {
        return LAYOUT.serde(FlaggedLayout::write, FlaggedLayout::readMember);
    }

    /** Of exempt files in the store. */
    public static Serde<Exemption> exemptions() {
        return LAYOUT.serde(FlaggedLayout::write, FlaggedLayout::readExemption);
    }

    private static void write(DataOutputStream out, FlaggedChange change) throws IOException {
        if (change instanceof FlaggedChange.Flag flag) {
            out.writeByte(FLAG);
            write(out, flag.member());
        } else if (change instanceof FlaggedChange.Unflag unflag) {
            out.writeByte(UNFLAG);
            texts(out, unflag.tenant(), unflag.imageId(), unflag.contentSha256());
        } else if (change instanceof FlaggedChange.Safe safe) {
            out.writeByte(SAFE);
            write(out, safe.exemption());
            out.writeInt(safe.entryIds().size());
            texts(out, safe.entryIds().toArray(String[]::new));
            texts(out, safe.modelFingerprint());
            write(out, safe.row());
            out.writeDouble(safe.bound());
        } else if (change instanceof FlaggedChange.Lift lift) {
            out.writeByte(LIFT);
            texts(out, lift.tenant(), lift.contentSha256());
        } else if (change instanceof FlaggedChange.Forget forget) {
            out.writeByte(FORGET);
            texts(out, forget.tenant(), forget.imageId());
        }
    }

    private static FlaggedChange readChange(DataInputStream in) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case FLAG -> new FlaggedChange.Flag(readMember(in));
            case UNFLAG -> new FlaggedChange.Unflag(Texts.read(in), Texts.read(in), Texts.read(in));
            case SAFE ->
                new FlaggedChange.Safe(readExemption(in), list(in), Texts.read(in), bytes(in), in.readDouble());
            case LIFT -> new FlaggedChange.Lift(Texts.read(in), Texts.read(in));
            case FORGET -> new FlaggedChange.Forget(Texts.read(in), Texts.read(in));
            default ->
                throw new SerializationException("There is no change of the flagged index of kind " + kind + ".");
        };
    }

    private static void write(DataOutputStream out, FlaggedMember member) throws IOException {
        texts(
                out,
                member.tenant(),
                member.imageId(),
                member.contentSha256(),
                member.view(),
                member.uploaderId(),
                member.label(),
                member.modelFingerprint());
        out.writeBoolean(member.byPerson());
        out.writeBoolean(member.confirmed());
        out.writeLong(member.since().toEpochMilli());
        write(out, member.embedding());
    }

    private static FlaggedMember readMember(DataInputStream in) throws IOException {
        String tenant = Texts.read(in);
        String imageId = Texts.read(in);
        String sha256 = Texts.read(in);
        String view = Texts.read(in);
        String uploader = Texts.read(in);
        String label = Texts.read(in);
        String model = Texts.read(in);
        boolean byPerson = in.readBoolean();
        boolean confirmed = in.readBoolean();
        Instant since = Instant.ofEpochMilli(in.readLong());
        return new FlaggedMember(
                tenant, imageId, sha256, view, uploader, label, byPerson, confirmed, since, model, bytes(in));
    }

    private static void write(DataOutputStream out, Exemption exemption) throws IOException {
        texts(out, exemption.tenant(), exemption.imageId(), exemption.contentSha256());
        out.writeLong(exemption.at().toEpochMilli());
        out.writeBoolean(exemption.needed());
    }

    private static Exemption readExemption(DataInputStream in) throws IOException {
        return new Exemption(
                Texts.read(in), Texts.read(in), Texts.read(in), Instant.ofEpochMilli(in.readLong()), in.readBoolean());
    }

    private static void write(DataOutputStream out, byte[] row) throws IOException {
        out.writeInt(row.length);
        out.write(row);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        byte[] row = new byte[in.readInt()];
        in.readFully(row);
        return row;
    }

    private static List<String> list(DataInputStream in) throws IOException {
        int size = in.readInt();
        var texts = new ArrayList<String>();
        for (int i = 0; i < size; i++) {
            texts.add(Texts.read(in));
        }
        return texts;
    }

    private static void texts(DataOutputStream out, String... texts) throws IOException {
        for (String text : texts) {
            Texts.write(out, text);
        }
    }
}
