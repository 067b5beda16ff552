package io.livedub.playlist;

import java.util.Locale;
import java.util.Map;

import static java.util.Map.entry;

/**
 * Languages' names in the languages themselves, for a player's menu. A table of our own: the JDK's names are locale data, of which a native
 * image holds one locale's only.
 */
final class LanguageNames {
    private static final Map<String, String> NAMES = Map.ofEntries(
            entry("af", "Afrikaans"),
            entry("ar", "العربية"),
            entry("az", "Azərbaycan"),
            entry("be", "Беларуская"),
            entry("bg", "Български"),
            entry("bn", "বাংলা"),
            entry("bs", "Bosanski"),
            entry("ca", "Català"),
            entry("cs", "Čeština"),
            entry("cy", "Cymraeg"),
            entry("da", "Dansk"),
            entry("de", "Deutsch"),
            entry("el", "Ελληνικά"),
            entry("en", "English"),
            entry("es", "Español"),
            entry("et", "Eesti"),
            entry("eu", "Euskara"),
            entry("fa", "فارسی"),
            entry("fi", "Suomi"),
            entry("fil", "Filipino"),
            entry("fr", "Français"),
            entry("ga", "Gaeilge"),
            entry("gl", "Galego"),
            entry("gu", "ગુજરાતી"),
            entry("he", "עברית"),
            entry("hi", "हिन्दी"),
            entry("hr", "Hrvatski"),
            entry("hu", "Magyar"),
            entry("hy", "Հայերեն"),
            entry("id", "Indonesia"),
            entry("is", "Íslenska"),
            entry("it", "Italiano"),
            entry("ja", "日本語"),
            entry("ka", "ქართული"),
            entry("kk", "Қазақ тілі"),
            entry("ko", "한국어"),
            entry("lt", "Lietuvių"),
            entry("lv", "Latviešu"),
            entry("mk", "Македонски"),
            entry("ml", "മലയാളം"),
            entry("mr", "मराठी"),
            entry("ms", "Melayu"),
            entry("nb", "Norsk bokmål"),
            entry("nl", "Nederlands"),
            entry("no", "Norsk"),
            entry("pa", "ਪੰਜਾਬੀ"),
            entry("pl", "Polski"),
            entry("pt", "Português"),
            entry("ro", "Română"),
            entry("ru", "Русский"),
            entry("sk", "Slovenčina"),
            entry("sl", "Slovenščina"),
            entry("sq", "Shqip"),
            entry("sr", "Српски"),
            entry("sv", "Svenska"),
            entry("sw", "Kiswahili"),
            entry("ta", "தமிழ்"),
            entry("te", "తెలుగు"),
            entry("th", "ไทย"),
            entry("tr", "Türkçe"),
            entry("uk", "Українська"),
            entry("ur", "اردو"),
            entry("vi", "Tiếng Việt"),
            entry("zh", "中文"),
            entry("zu", "IsiZulu"));

    private LanguageNames() {}

    /** {@code Español}, {@code Português (BR)}; the tag itself when the language is not in the table. */
    static String of(String tag) {
        int end = tag.indexOf('-');
        String name = NAMES.get((end < 0 ? tag : tag.substring(0, end)).toLowerCase(Locale.ROOT));
        if (name == null) {
            return tag;
        }
        // Two variants of a language would have one name otherwise, and names in a menu have to differ.
        return end < 0 ? name : name + " (" + tag.substring(end + 1) + ")";
    }
}
