package io.bulwark.lab.invert;

import io.bulwark.cli.terminal.CommandFailure;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures in rows with captions below them, as one PNG file. Works without a display. */
public final class ContactSheet {

    private static final int GAP = 8;
    private static final int LINE = 14;
    private static final int TITLE = 20;
    private static final int CHARACTER = 7;

    private final String title;
    private final int cell;
    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * A picture and what stands below it.
     *
     * @param image of any size
     * @param caption lines, cut where they are too long
     */
    public record Cell(BufferedImage image, List<String> caption) {

        public Cell {
            caption = List.copyOf(caption);
        }
    }

    /**
     * @param title above all
     * @param cell side of the square that each picture is fitted into
     */
    public ContactSheet(String title, int cell) {
        this.title = title;
        this.cell = cell;
    }

    /** Adds a row below. */
    public void row(List<Cell> cells) {
        rows.add(List.copyOf(cells));
    }

    /**
     * Writes the sheet, in a folder that is made if missing.
     *
     * @throws CommandFailure if it cannot be written, or this machine has no fonts
     */
    public void write(Path file) {
        try {
            write(draw(), file);
        } catch (NoClassDefFoundError | InternalError | UnsatisfiedLinkError e) {
            throw CommandFailure.failed(
                    "text cannot be drawn (" + e + "); it needs fontconfig, FreeType and a font, in Debian the packages"
                            + " fontconfig and fonts-dejavu-core",
                    e);
        }
    }

    /** Writes an image as a PNG file, in a folder that is made if missing. */
    public static void write(BufferedImage image, Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            ImageIO.write(image, "png", file.toFile());
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be written: " + e, e);
        }
    }

    private BufferedImage draw() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(1);
        int height = GAP + TITLE;
        for (List<Cell> row : rows) {
            height += rowHeight(row);
        }
        int width = Math.max(GAP + columns * (cell + GAP), 2 * GAP + title.length() * CHARACTER);
        BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.setColor(Color.BLACK);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 12));
        graphics.drawString(title, GAP, GAP + LINE - 2);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        int y = GAP + TITLE;
        for (List<Cell> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                draw(graphics, row.get(column), GAP + column * (cell + GAP), y);
            }
            y += rowHeight(row);
        }
        graphics.dispose();
        return sheet;
    }

    private int rowHeight(List<Cell> row) {
        int lines = row.stream().mapToInt(each -> each.caption().size()).max().orElse(0);
        return cell + lines * LINE + GAP;
    }

    private void draw(Graphics2D graphics, Cell drawn, int x, int y) {
        double scale =
                (double) cell / Math.max(drawn.image().getWidth(), drawn.image().getHeight());
        int width = Math.max(1, (int) (drawn.image().getWidth() * scale));
        int height = Math.max(1, (int) (drawn.image().getHeight() * scale));
        graphics.drawImage(drawn.image(), x + (cell - width) / 2, y + (cell - height) / 2, width, height, null);
        int line = y + cell + LINE - 2;
        for (String text : drawn.caption()) {
            graphics.drawString(cut(graphics, text), x, line);
            line += LINE;
        }
    }

    private String cut(Graphics2D graphics, String text) {
        String shown = text;
        while (shown.length() > 1 && graphics.getFontMetrics().stringWidth(shown) > cell) {
            shown = shown.substring(0, shown.length() - 2) + "…";
        }
        return shown;
    }
}
