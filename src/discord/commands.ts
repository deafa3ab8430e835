/** The commands as Discord shows them. */
import {
  ApplicationCommandOptionType as Option,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  type RESTPostAPIApplicationCommandsJSONBody,
} from 'discord.js';
import { MAX_QUESTION_LENGTH } from '../library.js';

export const ADD_TO_LIBRARY = 'Add to library';

/** Someone may paste a little more than is allowed; the bot then says what to do, where Discord would only refuse. */
const MAX_TYPED_QUESTION = MAX_QUESTION_LENGTH * 4;

/** A name or description in English, simplified and traditional Chinese. */
type Said = readonly [english: string, simplified: string, traditional: string];

const MANAGE_MESSAGES = String(PermissionFlagsBits.ManageMessages);
const MANAGE_GUILD = String(PermissionFlagsBits.ManageGuild);

export const COMMANDS: readonly RESTPostAPIApplicationCommandsJSONBody[] = [
  command(
    ['ask', '提问', '提問'],
    [
      'Ask a question; the answer quotes the articles and links to the very words',
      '提问：答案引用文章原文并链接到原句',
      '提問：答案引用文章原文並連結到原句',
    ],
    null,
    [
      option(
        Option.String,
        ['question', '问题', '問題'],
        [
          'In words, as you would ask a person; reply to the answer to ask further',
          '像问人一样提问；回复答案可以继续追问',
          '像問人一樣提問；回覆答案可以繼續追問',
        ],
        { required: true, max_length: MAX_TYPED_QUESTION },
      ),
      option(
        Option.Boolean,
        ['private', '仅自己可见', '僅自己可見'],
        ['Show the answer to you alone', '答案只有您能看到', '答案只有您能看到'],
      ),
    ],
  ),
  command(
    ['articles', '文章列表', '文章清單'],
    ['See which articles the answers come from', '查看答案来自哪些文章', '查看答案來自哪些文章'],
    null,
    [
      option(
        Option.String,
        ['search', '搜索', '搜尋'],
        ['Words of the title, the site or the address', '标题、网站或网址中的词', '標題、網站或網址中的詞'],
        { max_length: 100 },
      ),
    ],
  ),
  command(
    ['article', '文章', '文章'],
    ['Keep the articles of the library', '管理资料库中的文章', '管理資料庫中的文章'],
    MANAGE_MESSAGES,
    [
      subcommand(
        ['add', '添加', '加入'],
        [
          'Add a web page or a file; with neither, a form opens to paste a text',
          '添加网页或文件；都不填则打开粘贴正文的表单',
          '加入網頁或檔案；都不填則打開貼上內文的表單',
        ],
        [
          option(
            Option.String,
            ['url', '网址', '網址'],
            ['Address of a public web page or PDF', '公开网页或 PDF 的网址', '公開網頁或 PDF 的網址'],
            { max_length: 2000 },
          ),
          option(
            Option.Attachment,
            ['file', '文件', '檔案'],
            [
              'A PDF, Word (.docx), HTML, Markdown or text file',
              'PDF、Word（.docx）、HTML、Markdown 或文本文件',
              'PDF、Word（.docx）、HTML、Markdown 或文字檔',
            ],
          ),
        ],
      ),
      subcommand(
        ['remove', '移除', '移除'],
        ['Remove an article; asks before it does', '移除一篇文章，会先确认', '移除一篇文章，會先確認'],
        [
          option(
            Option.String,
            ['article', '文章', '文章'],
            ['Type a part of its title', '输入标题的一部分', '輸入標題的一部分'],
            { required: true, autocomplete: true },
          ),
        ],
      ),
      subcommand(
        ['refresh', '刷新', '重新讀取'],
        [
          'Read web articles again and take over what changed; all, or one',
          '重新读取网页文章并更新变化；全部或一篇',
          '重新讀取網頁文章並更新變化；全部或一篇',
        ],
        [
          option(
            Option.String,
            ['article', '文章', '文章'],
            [
              'Only this one; type a part of its title',
              '只读取这一篇；输入标题的一部分',
              '只讀取這一篇；輸入標題的一部分',
            ],
            { autocomplete: true },
          ),
        ],
      ),
    ],
  ),
  {
    type: ApplicationCommandType.Message,
    name: ADD_TO_LIBRARY,
    name_localizations: chinese([ADD_TO_LIBRARY, '加入资料库', '加入資料庫']),
    default_member_permissions: MANAGE_MESSAGES,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  },
  command(
    ['reindex', '重建索引', '重建索引'],
    [
      'Read and embed again what changed; questions are answered meanwhile',
      '重新嵌入有变化的内容，期间照常回答',
      '重新嵌入有變化的內容，期間照常回答',
    ],
    MANAGE_GUILD,
    [
      option(
        Option.Boolean,
        ['force', '强制', '強制'],
        ['Embed every passage again, changed or not', '无论有无变化，全部重新嵌入', '無論有無變化，全部重新嵌入'],
      ),
    ],
  ),
  command(
    ['library', '资料库', '資料庫'],
    ['The library of this server as a whole', '本服务器的资料库', '本伺服器的資料庫'],
    MANAGE_GUILD,
    [
      subcommand(
        ['status', '状态', '狀態'],
        ['How many articles it holds, and whether all is well', '有多少文章，是否一切正常', '有多少文章，是否一切正常'],
      ),
      subcommand(
        ['gaps', '未答问题', '未答問題'],
        [
          'Questions it had no answer to: what to add next',
          '没有答案的问题：接下来该添加什么',
          '沒有答案的問題：接下來該加入什麼',
        ],
      ),
      subcommand(
        ['settings', '设置', '設定'],
        [
          'Ask channels, threads, length of answers, how sure they must be',
          '提问频道、讨论串、答案长度与可靠程度',
          '提問頻道、討論串、答案長度與可靠程度',
        ],
      ),
      subcommand(
        ['export', '导出', '匯出'],
        ['Get the whole library as one file', '把整个资料库导出为一个文件', '把整個資料庫匯出為一個檔案'],
      ),
      subcommand(
        ['delete', '删除', '刪除'],
        [
          'Delete the whole library (owner of the server only)',
          '删除整个资料库（仅服务器所有者）',
          '刪除整個資料庫（僅伺服器擁有者）',
        ],
      ),
    ],
  ),
];

function command(
  name: Said,
  description: Said,
  permissions: string | null,
  options: (APIApplicationCommandBasicOption | APIApplicationCommandSubcommandOption)[],
): RESTPostAPIApplicationCommandsJSONBody {
  return {
    type: ApplicationCommandType.ChatInput,
    ...named(name, description),
    default_member_permissions: permissions,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options,
  };
}

function subcommand(
  name: Said,
  description: Said,
  options: APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandSubcommandOption {
  return { type: Option.Subcommand, ...named(name, description), options };
}

function option(
  type: Option.String | Option.Boolean | Option.Attachment,
  name: Said,
  description: Said,
  more: { required?: boolean; max_length?: number; autocomplete?: boolean } = {},
): APIApplicationCommandBasicOption {
  return { type, ...named(name, description), ...more } as APIApplicationCommandBasicOption;
}

function named(name: Said, description: Said) {
  return {
    name: name[0],
    name_localizations: chinese(name),
    description: description[0],
    description_localizations: chinese(description),
  };
}

function chinese([, simplified, traditional]: Said): { 'zh-CN': string; 'zh-TW': string } {
  return { 'zh-CN': simplified, 'zh-TW': traditional };
}
