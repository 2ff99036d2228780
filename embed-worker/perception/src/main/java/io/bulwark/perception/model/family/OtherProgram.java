package io.bulwark.perception.model.family;

import java.util.List;
import java.util.Map;

/** A family's function by another program: it reads the same tensors. */
interface OtherProgram extends Family {

    /** Whose function it is. */
    Family network();

    @Override
    default String name() {
        return network().name();
    }

    @Override
    default int dimension() {
        return network().dimension();
    }

    @Override
    default Map<String, List<Long>> tensors() {
        return network().tensors();
    }

    @Override
    default List<Piece> pieces() {
        return network().pieces();
    }

    @Override
    default long multiplications() {
        return network().multiplications();
    }
}
