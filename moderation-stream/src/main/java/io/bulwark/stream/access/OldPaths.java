package io.bulwark.stream.access;

/** The API's addresses of before it had versions: {@code /api/verdicts} is {@code /api/v1/verdicts}. */
final class OldPaths {

    private static final String API = "/api/";
    private static final String VERSION = "v1/";
    private static final String[] COLLECTIONS = {"verdicts", "uploaders", "audits", "feed"};

    private OldPaths() {}

    /** The address of today for an old one, with its query; another one as it is. */
    static String today(String uri) {
        if (!uri.startsWith(API)) {
            return uri;
        }
        String rest = uri.substring(API.length());
        for (String collection : COLLECTIONS) {
            if (rest.startsWith(collection)
                    && (rest.length() == collection.length() || "/?".indexOf(rest.charAt(collection.length())) >= 0)) {
                return API + VERSION + rest;
            }
        }
        return uri;
    }
}
