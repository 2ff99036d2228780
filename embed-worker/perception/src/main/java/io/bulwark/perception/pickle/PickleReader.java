package io.bulwark.perception.pickle;

import io.bulwark.perception.pickle.Rebuilding.Known;
import io.bulwark.perception.pickle.TorchFile.PickleException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stack machine that a pickle is written for, protocols 2 to 5, as far as PyTorch's files need it. Values are {@link
 * Container}, {@link String}, {@link Number}, {@link Boolean}, {@code byte[]}, {@link Rebuilding.Storage}, {@link
 * TorchFile.TorchTensor}, {@link Known} and {@link Sign}. One use, one thread.
 */
final class PickleReader {

    /** Values that a pickle may push or remember. */
    static final int MAX_VALUES = 250_000;

    private static final int HIGHEST_PROTOCOL = 5;

    private final PickleInput input;
    private final Rebuilding rebuilding;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();
    private int values;

    /** What is no value of Python's, or only one. */
    enum Sign {
        MARK,
        NONE
    }

    private PickleReader(PickleInput input, Rebuilding rebuilding) {
        this.input = input;
        this.rebuilding = rebuilding;
    }

    /**
     * Reads one pickle.
     *
     * @throws PickleException if it is malformed, beyond a bound, or names what is not known
     */
    static Object read(PickleInput input, Rebuilding rebuilding) {
        PickleReader reader = new PickleReader(input, rebuilding);
        try {
            return reader.run();
        } catch (IllegalArgumentException e) {
            throw input.fault(e.getMessage());
        } catch (ArithmeticException e) {
            throw input.fault("a size is beyond 2^63 - 1");
        }
    }

    private Object run() {
        for (int opcode = input.unsignedByte(); opcode != '.'; opcode = input.unsignedByte()) {
            if (!number(opcode) && !text(opcode) && !container(opcode) && !memory(opcode)) {
                object(opcode);
            }
        }
        Object result = pop();
        if (!stack.isEmpty()) {
            throw input.fault("it ends with %d values too many on the stack".formatted(stack.size()));
        }
        return result;
    }

    private boolean number(int opcode) {
        switch (opcode) {
            case 'N' -> push(Sign.NONE);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'J' -> push((long) input.integer());
            case 'K' -> push((long) input.unsignedByte());
            case 'M' -> push((long) input.unsignedShort());
            case 0x8a -> push(input.number(input.unsignedByte()));
            case 'G' -> push(input.real());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean text(int opcode) {
        switch (opcode) {
            case 'X' -> push(input.text(input.unsignedInteger()));
            case 0x8c -> push(input.text(input.unsignedByte()));
            case 0x8d -> push(input.text(input.longInteger()));
            case 'T' -> push(input.text(input.unsignedInteger()));
            case 'U' -> push(input.text(input.unsignedByte()));
            case 'B' -> push(input.bytes(input.unsignedInteger()));
            case 'C' -> push(input.bytes(input.unsignedByte()));
            case 0x8e -> push(input.bytes(input.longInteger()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean container(int opcode) {
        switch (opcode) {
            case '(' -> push(Sign.MARK);
            case ']' -> push(Container.list());
            case '}' -> push(Container.dictionary());
            case ')' -> push(Container.tuple(List.of()));
            case 't' -> push(Container.tuple(popToMark()));
            case 0x85, 0x86, 0x87 -> push(Container.tuple(pop(opcode - 0x84)));
            case 'a' -> append(pop(1));
            case 'e' -> append(popToMark());
            case 's' -> put(pop(2));
            case 'u' -> put(popToMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean memory(int opcode) {
        switch (opcode) {
            case 'q' -> remember(input.unsignedByte());
            case 'r' -> remember(input.unsignedInteger());
            case 0x94 -> remember(memo.size());
            case 'h' -> recall(input.unsignedByte());
            case 'j' -> recall(input.unsignedInteger());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void object(int opcode) {
        switch (opcode) {
            case 0x80 -> protocol(input.unsignedByte());
            // A frame says how much could be read at once.
            case 0x95 -> input.longInteger();
            case 'c' -> push(Known.of(input.line(), input.line()));
            case 0x93 -> {
                List<Object> names = pop(2);
                push(Known.of(string(names.get(0)), string(names.get(1))));
            }
            case 'Q' -> push(rebuilding.storage(tuple(pop()).items()));
            case 'R' -> {
                List<Object> call = pop(2);
                push(reduced(call.get(0), tuple(call.get(1)).items()));
            }
            case 'b' -> build(pop());
            default ->
                throw input.fault("opcode 0x%02x is none that tensors need; nothing else is read".formatted(opcode));
        }
    }

    private void protocol(int version) {
        if (version < 2 || version > HIGHEST_PROTOCOL) {
            throw input.fault("its protocol is %d; 2 to %d are read".formatted(version, HIGHEST_PROTOCOL));
        }
    }

    private Object reduced(Object function, List<Object> arguments) {
        if (!(function instanceof Known known)) {
            throw input.fault("something is called that is no function");
        }
        return switch (known.what()) {
            case TENSOR -> rebuilding.tensor(arguments);
            case PARAMETER -> rebuilding.parameter(arguments);
            case SIZE -> rebuilding.size(arguments);
            case ORDERED_DICTIONARY -> rebuilding.dictionary(arguments);
            case STORAGE -> throw input.fault("a storage's class is called, which tensors do not need");
        };
    }

    /** A state dict has its modules' versions as attributes, which no tensor depends on. */
    private void build(Object state) {
        boolean attributes = state instanceof Container given && given.is(Container.Kind.DICTIONARY);
        if (!attributes || !dictionaryOnTop()) {
            throw input.fault("a state is given to what is no dictionary");
        }
    }

    private boolean dictionaryOnTop() {
        return peek() instanceof Container container && container.is(Container.Kind.DICTIONARY);
    }

    private void append(List<Object> items) {
        if (!(peek() instanceof Container list) || !list.is(Container.Kind.LIST)) {
            throw input.fault("values are appended to what is no list");
        }
        items.forEach(list::append);
    }

    private void put(List<Object> items) {
        if (!dictionaryOnTop() || items.size() % 2 != 0) {
            throw input.fault("entries are put into what is no dictionary, or a key has no value");
        }
        Container dictionary = (Container) peek();
        for (int i = 0; i < items.size(); i += 2) {
            dictionary.put(items.get(i), items.get(i + 1));
        }
    }

    private void remember(long place) {
        count();
        memo.put(place, peek());
    }

    private void recall(long place) {
        Object value = memo.get(place);
        if (value == null) {
            throw input.fault("nothing was remembered as %d".formatted(place));
        }
        push(value);
    }

    private void push(Object value) {
        count();
        stack.add(value);
    }

    private void count() {
        if (++values > MAX_VALUES) {
            throw input.fault("it has more than %d values".formatted(MAX_VALUES));
        }
    }

    private Object peek() {
        if (stack.isEmpty() || stack.get(stack.size() - 1) == Sign.MARK) {
            throw input.fault("the stack has no value left");
        }
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        Object top = peek();
        stack.remove(stack.size() - 1);
        return top;
    }

    private List<Object> pop(int count) {
        Object[] popped = new Object[count];
        for (int i = count - 1; i >= 0; i--) {
            popped[i] = pop();
        }
        return List.of(popped);
    }

    private List<Object> popToMark() {
        int mark = stack.lastIndexOf(Sign.MARK);
        if (mark < 0) {
            throw input.fault("the stack has no mark");
        }
        List<Object> above = stack.subList(mark + 1, stack.size());
        List<Object> popped = new ArrayList<>(above);
        above.clear();
        stack.remove(mark);
        return popped;
    }

    private Container tuple(Object value) {
        if (value instanceof Container container && container.is(Container.Kind.TUPLE)) {
            return container;
        }
        throw input.fault("a tuple is wanted and something else stands there");
    }

    private String string(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw input.fault("a name is wanted and something else stands there");
    }
}
