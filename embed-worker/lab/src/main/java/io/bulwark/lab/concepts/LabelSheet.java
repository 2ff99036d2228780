package io.bulwark.lab.concepts;

import io.bulwark.cli.bank.StoredReference;
import io.bulwark.lab.invert.ContactSheet;
import io.bulwark.lab.invert.ContactSheet.Cell;
import io.bulwark.lab.invert.Pixels;
import io.bulwark.lab.invert.Side;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One label's sheet: what is typical of it, its conflicts, and what looks out of place.
 *
 * @param side reads pictures
 * @param pictures the folder that the bank was built from; empty leaves grey squares in their places
 */
record LabelSheet(Side side, Optional<Path> pictures) {

    private static final int SHOWN = 128;

    /**
     * Writes it.
     *
     * @param inverted the mean's inversion; empty where it is not drawn
     */
    void write(LabelFinding finding, Optional<BufferedImage> inverted, Path file) {
        ContactSheet sheet =
                new ContactSheet("%s: %d references".formatted(finding.label(), finding.references()), SHOWN);
        List<Cell> first = new ArrayList<>();
        first.add(new Cell(inverted.orElseGet(LabelSheet::blank), List.of("inversion of the mean")));
        finding.typical().forEach(id -> first.add(new Cell(picture(id), List.of("typical", id))));
        sheet.row(first);
        if (!finding.conflicts().isEmpty()) {
            List<Cell> own = new ArrayList<>();
            List<Cell> other = new ArrayList<>();
            for (LabelFinding.Conflict conflict : finding.conflicts()) {
                own.add(new Cell(picture(conflict.own()), List.of("near another label:", conflict.own())));
                other.add(new Cell(
                        picture(conflict.other()),
                        List.of(
                                String.format(Locale.ROOT, "%s, %.3f", conflict.otherLabel(), conflict.similarity()),
                                conflict.other())));
            }
            sheet.row(own);
            sheet.row(other);
        }
        if (!finding.outOfPlace().isEmpty()) {
            sheet.row(finding.outOfPlace().stream()
                    .map(stray -> new Cell(
                            picture(stray.id()), List.of("out of place?", "near " + stray.nearestLabel(), stray.id())))
                    .toList());
        }
        sheet.write(file);
    }

    private BufferedImage picture(String id) {
        Optional<Path> file = pictures.map(folder -> folder.resolve(StoredReference.picture(id)))
                .filter(Files::isRegularFile);
        return file.map(found -> Pixels.image(side.planes(found), 0, side.height(), side.width()))
                .orElseGet(LabelSheet::blank);
    }

    private static BufferedImage blank() {
        BufferedImage blank = new BufferedImage(SHOWN, SHOWN, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = blank.createGraphics();
        graphics.setColor(Color.LIGHT_GRAY);
        graphics.fillRect(0, 0, SHOWN, SHOWN);
        graphics.dispose();
        return blank;
    }
}
