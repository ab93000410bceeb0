// Reads a JSON list of texts on stdin, writes for each what every network would count.
// X by npm's twitter-text; graphemes by the ICU of Node (Intl.Segmenter); the rest by JavaScript itself.
const twitter = require("twitter-text");
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const emoji = /\p{RGI_Emoji}|\p{Extended_Pictographic}/gv;

function count(raw) {
  const text = raw.normalize("NFC");
  const emojiBytes = [...text.matchAll(emoji)].reduce((sum, match) => sum + Buffer.byteLength(match[0]), 0);
  return {
    weighted: twitter.parseTweet(text).weightedLength,
    valid: twitter.parseTweet(text).valid,
    graphemes: [...segmenter.segment(text)].length,
    utf16: text.length,
    bytes: Buffer.byteLength(text),
    characters: [...text].length,
    emoji_bytes: emojiBytes + [...text.replace(emoji, "")].length,
    hashtags: twitter.extractHashtags(text).length,
    urls: twitter.extractUrls(text),
  };
}

let input = "";
process.stdin.on("data", (chunk) => (input += chunk));
process.stdin.on("end", () => process.stdout.write(JSON.stringify(JSON.parse(input).map(count))));
