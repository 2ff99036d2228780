package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.loop.OffsetMark.Alone;
import io.bulwark.service.loop.OffsetMark.Handling;
import io.bulwark.service.loop.OffsetMark.Open;
import io.bulwark.service.loop.OffsetMark.Suspects;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

class OffsetMarkTest {

    /** What stands in the metadata is a format: another version of the worker reads it. */
    @Example
    void the_lines_stay_as_they_are() {
        assertThat(OffsetMark.CLOSED.text()).isEqualTo("bulwark-1 closed");
        assertThat(new Open("4f2a", 288).text()).isEqualTo("bulwark-1 open by=4f2a next=288");
        assertThat(new Suspects(37).text()).isEqualTo("bulwark-1 suspects next=37");
        assertThat(new Alone(Handling.TRY, 4711, "4f2a", 37).text())
                .isEqualTo("bulwark-1 trying at=4711 by=4f2a next=37");
        assertThat(new Alone(Handling.RETRY, 4711, "4f2a", 37).text())
                .isEqualTo("bulwark-1 retrying at=4711 by=4f2a next=37");
        assertThat(new Alone(Handling.REFUSE, 4711, "4f2a", 37).text())
                .isEqualTo("bulwark-1 refusing at=4711 by=4f2a next=37");
    }

    @Property
    void what_is_written_is_read(
            @ForAll @CharRange(from = 'a', to = 'z') @CharRange(from = '0', to = '9') @StringLength(min = 1, max = 32)
                    String by,
            @ForAll @IntRange(min = 1, max = 999_999) int next,
            @ForAll @LongRange(min = 0, max = 999_999_999_999_999_999L) long at) {
        for (OffsetMark mark : new OffsetMark[] {
            OffsetMark.CLOSED,
            new Open(by, next),
            new Suspects(next),
            new Alone(Handling.TRY, at, by, next),
            new Alone(Handling.RETRY, at, by, next),
            new Alone(Handling.REFUSE, at, by, next)
        }) {
            assertThat(OffsetMark.read(mark.text())).isEqualTo(mark);
            assertThat(mark.text()).hasSizeLessThan(4096);
        }
    }

    @Property
    void whatever_else_stands_there_says_nothing(@ForAll String other) {
        assertThat(OffsetMark.read(other)).isEqualTo(OffsetMark.CLOSED);
        assertThat(OffsetMark.read("bulwark-1 open by=a next=1" + other.replaceAll("^[0-9]+", "x") + "x"))
                .isEqualTo(OffsetMark.CLOSED);
    }

    @Example
    void half_a_line_or_a_later_version_says_nothing() {
        for (String other : new String[] {
            null,
            "",
            "bulwark-2 open by=a next=1",
            "bulwark-1 open by=a next=0",
            "bulwark-1 open by=a next=-1",
            "bulwark-1 open by=a next=99999999999",
            "bulwark-1 open by= next=1",
            "bulwark-1 open by=a next=1\n",
            "bulwark-1 trying at=01 by=a next=1",
            "bulwark-1 trying at=-1 by=a next=1",
            "bulwark-1 burying at=1 by=a next=1",
        }) {
            assertThat(OffsetMark.read(other)).as("%s", other).isEqualTo(OffsetMark.CLOSED);
        }
    }
}
