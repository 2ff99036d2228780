package io.bulwark.imaging.colour;

/** Matrices of three rows and columns, row by row in an array of nine. */
final class Matrix3 {

    private Matrix3() {}

    static double[] multiply(double[] a, double[] b) {
        double[] product = new double[9];
        for (int i = 0; i < 9; i++) {
            int row = i / 3 * 3;
            int column = i % 3;
            product[i] = a[row] * b[column] + a[row + 1] * b[3 + column] + a[row + 2] * b[6 + column];
        }
        return product;
    }

    static double[] apply(double[] m, double x, double y, double z) {
        return new double[] {
            m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z
        };
    }

    static double[] diagonal(double a, double b, double c) {
        return new double[] {a, 0, 0, 0, b, 0, 0, 0, c};
    }

    /** The inverse, with elements that are not finite where there is none. */
    static double[] inverse(double[] m) {
        double[] inverse = new double[9];
        for (int i = 0; i < 9; i++) {
            // The cofactor of the transposed place; taking rows and columns in a circle gives its sign.
            int row = i % 3;
            int column = i / 3;
            inverse[i] = m[at(row + 1, column + 1)] * m[at(row + 2, column + 2)]
                    - m[at(row + 1, column + 2)] * m[at(row + 2, column + 1)];
        }
        double determinant = m[0] * inverse[0] + m[1] * inverse[3] + m[2] * inverse[6];
        for (int i = 0; i < 9; i++) {
            inverse[i] /= determinant;
        }
        return inverse;
    }

    private static int at(int row, int column) {
        return row % 3 * 3 + column % 3;
    }

    static boolean isFinite(double[] m) {
        for (double element : m) {
            if (!Double.isFinite(element)) {
                return false;
            }
        }
        return true;
    }
}
