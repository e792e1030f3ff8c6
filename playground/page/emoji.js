// The emoji shortcodes that the demo and its people use; an unknown one stays as it was typed.
export const EMOJI = {
  scales: "⚖️", white_check_mark: "✅", heavy_check_mark: "✔️", warning: "⚠️", hourglass: "⌛", hourglass_flowing_sand: "⏳", calendar: "📅",
  date: "📅", spiral_calendar_pad: "🗓️", memo: "📝", pencil: "📝", pencil2: "✏️", eyes: "👀", thumbsup: "👍", "+1": "👍", thumbsdown: "👎",
  "-1": "👎", tada: "🎉", heart: "❤️", fire: "🔥", rocket: "🚀", wave: "👋", pray: "🙏", raised_hands: "🙌", clap: "👏", thinking_face: "🤔",
  smile: "😄", slightly_smiling_face: "🙂", grinning: "😀", joy: "😂", sweat_smile: "😅", cry: "😢", x: "❌", no_entry: "⛔", no_entry_sign: "🚫",
  question: "❓", exclamation: "❗", bulb: "💡", mag: "🔍", link: "🔗", paperclip: "📎", pushpin: "📌", round_pushpin: "📍", bell: "🔔",
  no_bell: "🔕", lock: "🔒", unlock: "🔓", key: "🔑", gear: "⚙️", hammer_and_wrench: "🛠️", bug: "🐛", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", bar_chart: "📊", moneybag: "💰", dollar: "💵", clock1: "🕐", clock9: "🕘", alarm_clock: "⏰", stopwatch: "⏱️",
  palm_tree: "🌴", house: "🏠", house_with_garden: "🏡", airplane: "✈️", coffee: "☕", zap: "⚡", sparkles: "✨", star: "⭐", seedling: "🌱",
  robot_face: "🤖", speech_balloon: "💬", thought_balloon: "💭", arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️",
  arrows_counterclockwise: "🔄", recycle: "♻️", red_circle: "🔴", large_green_circle: "🟢", large_yellow_circle: "🟡", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", large_orange_circle: "🟠", rotating_light: "🚨", construction: "🚧", package: "📦", inbox_tray: "📥",
  outbox_tray: "📤", clipboard: "📋", bookmark: "🔖", books: "📚", compass: "🧭", drum_with_drumsticks: "🥁", musical_note: "🎵", busts_in_silhouette: "👥",
  bust_in_silhouette: "👤", information_source: "ℹ️", trophy: "🏆", dart: "🎯", shield: "🛡️", scroll: "📜", wastebasket: "🗑️", face_with_thermometer: "🤒",
};
export const emoji = (name) => EMOJI[name.split("::")[0]] || null;
